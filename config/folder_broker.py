"""Folders as a Celery broker, for the embedded portal: one file a message, moved by rename (docs/adr/0005).

kombu's own filesystem transport creates a message's file empty and fills it after, so a quick reader takes an empty
one; and it claims through the system's temporary folder, often another disk. Here a message is written aside and
renamed into its queue, claimed by renaming it into the taker's folder, and deleted when it is acknowledged. What a
killed process had claimed goes back to its queue as soon as another process takes messages.
"""

import contextlib
import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import IO, Any
from urllib.parse import quote, unquote

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

LOCK = ".lock"  # held by the taker while it lives; the system lets go of it at any death
HALF_SECONDS = 3600.0  # what is not whole by then, whoever was writing it has left behind


class Channel(virtual.Channel):
    do_restore = False  # closing gives the files back, which is what restoring would write anew

    def __init__(self, connection: Any, **options: Any) -> None:
        super().__init__(connection, **options)
        self._claims: dict[str, Path] = {}  # by delivery tag
        self._own_folder: Path | None = None
        self._lock: IO[bytes] | None = None

    @property
    def _folder(self) -> Path:
        return Path(self.connection.client.transport_options["folder"])

    def _queue_folder(self, queue: str) -> Path:
        folder = self._folder / "queues" / quote(queue, safe="")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def _waiting(self, queue: str) -> list[Path]:
        """Whole messages of a queue, oldest first; what begins with a dot is still being written."""
        return sorted(path for path in self._queue_folder(queue).iterdir() if not path.name.startswith("."))

    def _put(self, queue: str, message: Any, **_: Any) -> None:
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}"
        folder = self._queue_folder(queue)
        aside = folder / f".{name}"
        aside.write_text(dumps(message))
        os.replace(aside, folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        own = self._claims_folder() / quote(queue, safe="")
        own.mkdir(exist_ok=True, mode=0o700)
        for path in self._waiting(queue):
            claimed = own / path.name
            try:
                path.rename(claimed)
            except FileNotFoundError:  # another was quicker
                continue
            message = loads(claimed.read_bytes())
            self._claims[message["properties"]["delivery_tag"]] = claimed
            return message
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        waiting = self._waiting(queue)
        for path in waiting:
            path.unlink(missing_ok=True)
        return len(waiting)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self._forget(delivery_tag)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue)  # writes it into its queue again when asked to
        self._forget(delivery_tag)

    def _forget(self, delivery_tag: str) -> None:
        if claimed := self._claims.pop(delivery_tag, None):
            claimed.unlink(missing_ok=True)

    def _claims_folder(self) -> Path:
        """This taker's folder. Made at its first look into a queue, when it also frees what the dead had claimed."""
        if self._own_folder is None:
            claims = self._folder / "claims"
            claims.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = claims / f".{uuid.uuid4().hex}"
            fresh.mkdir(mode=0o700)
            self._lock = (fresh / LOCK).open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._own_folder = claims / fresh.name[1:]
            fresh.rename(self._own_folder)  # seen by others only now that it is locked
            for abandoned in self._abandoned(claims):
                self._give_back(abandoned)
            self._clear_halves()
        return self._own_folder

    def _abandoned(self, claims: Path) -> Iterator[Path]:
        """Folders of takers that are no more."""
        for folder in claims.iterdir():
            if folder == self._own_folder or folder.name.startswith("."):
                continue
            try:
                with (folder / LOCK).open("wb") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    yield folder
            except OSError:  # its taker lives, or another is freeing it
                continue

    def _give_back(self, claims: Path) -> None:
        for path in claims.glob("*/*"):
            path.rename(self._queue_folder(unquote(path.parent.name)) / path.name)
        shutil.rmtree(claims, ignore_errors=True)

    def _clear_halves(self) -> None:
        for half in [*self._folder.glob("queues/*/.*"), *self._folder.glob("claims/.*")]:
            with contextlib.suppress(FileNotFoundError):  # it has been finished, or another clears as well
                if half.stat().st_mtime < time.time() - HALF_SECONDS:
                    shutil.rmtree(half) if half.is_dir() else half.unlink()

    def close(self) -> None:
        """Leave, giving back what was taken and not acknowledged."""
        if self._own_folder is not None and self._lock is not None:
            self._give_back(self._own_folder)
            self._lock.close()
            self._own_folder = self._lock = None
        super().close()


class Transport(virtual.Transport):
    Channel = Channel
    driver_type = driver_name = "folder"
    polling_interval = 0.2

    def driver_version(self) -> str:
        return "1"
