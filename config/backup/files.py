"""The stored files: what there is below MEDIA_ROOT, and how a restore puts files there."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from config.backup.manifest import FileEntry

ASIDE = ".restoring-"  # begins the name of a folder in which a restore puts files together
BLOCK = 1024 * 1024


def stored_files(root: Path) -> Iterator[str]:
    """Places of all files below a folder, except what an interrupted restore left."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(ASIDE))
        for name in sorted(names):
            yield (Path(folder) / name).relative_to(root).as_posix()


def blocks_of(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as source:
        while block := source.read(BLOCK):
            yield block


def entry_of(blocks: Iterable[bytes], copy_to: IO[bytes] | None = None) -> FileEntry:
    """Size and checksum of a file, which is copied on the way if somebody wants it."""
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
        if copy_to is not None:
            copy_to.write(block)
    return FileEntry(size, digest.hexdigest())


def for_the_service_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class NewFiles:
    """Files that appear all at once, or, when anything fails before the end of the block, not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._aside = root / f"{ASIDE}{secrets.token_hex(4)}"
        self._placed: list[Path] = []

    def __enter__(self) -> Self:
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._aside.mkdir(mode=0o700)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is not None:
            for path in self._placed:
                path.unlink(missing_ok=True)
        shutil.rmtree(self._aside, ignore_errors=True)

    def sweep(self) -> None:
        """Take away what a restore that was killed had put together."""
        for path in self._root.glob(f"{ASIDE}*"):
            if path != self._aside:
                shutil.rmtree(path, ignore_errors=True)

    def add(self, place: str, blocks: Iterable[bytes]) -> FileEntry:
        """Write a file aside, and say what can be read there now."""
        path = self._aside / place
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(path, "xb", opener=for_the_service_alone) as target:
            for block in blocks:
                target.write(block)
        return entry_of(blocks_of(path))

    def put_in_place(self) -> None:
        """Move all of them, within one disk, to where rows name them."""
        for place in list(stored_files(self._aside)):
            target = self._root / place
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.rename(self._aside / place, target)
            self._placed.append(target)
