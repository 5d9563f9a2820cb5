"""The spool: where an upload waits. A raw file lives here until it is read, on every path; then only tallies remain.

SPOOL_DIR/upload-12/names.json     what the raw files are called
SPOOL_DIR/upload-12/raw/000        a raw file, deleted as soon as the batch is read
SPOOL_DIR/upload-12/parsed-1.json  heads and tallies by school, as the first attempt read them: no pupil's row
SPOOL_DIR/upload-12/clean-1/…      its cleaned sheets, copied to the stored files when the upload is stored

A worker taken for dead may wake up beside the one that took over, and delete raw files that the other still reads. So
each attempt writes beside the others, and what the earliest finished one has read is what counts.
"""

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from monitoring.imports.parsed import ParsedBatch


def folder(upload_id: int) -> Path:
    return Path(settings.SPOOL_DIR) / f"upload-{upload_id}"


def put_raw(upload_id: int, files: Iterable[tuple[str, BinaryIO]]) -> None:
    """Keep raw files until they are read, under numbers: a name from outside is never a path here.

    What the request has already put into the spool gets a second name rather than a copy, so that an upload needs room
    for itself once; the first name goes with the request.
    """
    drop(upload_id)  # a rolled back upload may have left a folder under the number that this one has now
    raw = folder(upload_id) / "raw"
    raw.mkdir(parents=True, mode=0o700)
    names = []
    for number, (name, stream) in enumerate(files):
        if not _linked(stream, raw / f"{number:03d}"):
            with open(raw / f"{number:03d}", "wb", opener=_for_the_service_alone) as target:
                shutil.copyfileobj(stream, target)
        names.append(name)
    _write_json(folder(upload_id) / "names.json", names)


def _linked(stream: BinaryIO, target: Path) -> bool:
    """Whether the stream is a temporary file of ours that now lies there too; not every file system can do that."""
    name = getattr(stream, "name", None)  # a number or nothing when no file has it
    if not isinstance(name, str) or Path(name).parent != Path(settings.SPOOL_DIR):
        return False
    stream.flush()
    try:
        os.link(name, target)
    except OSError:
        return False
    target.chmod(0o600)
    return True


def raw_files(upload_id: int) -> list[tuple[str, Path]]:
    """Names and places of the raw files; none when they have been read already."""
    raw = folder(upload_id) / "raw"
    if not raw.exists():
        return []
    names = json.loads((folder(upload_id) / "names.json").read_text())
    return [(name, raw / f"{number:03d}") for number, name in enumerate(names)]


def empty_clean_folder(upload_id: int, attempt: int) -> Path:
    """Where the cleaned sheets of an attempt go."""
    path = folder(upload_id) / f"clean-{attempt}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True, mode=0o700)
    return path


def save_parsed(upload_id: int, attempt: int, batch: ParsedBatch) -> None:
    folder(upload_id).mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_json(folder(upload_id) / f"parsed-{attempt}.json", batch.to_json())


def load_parsed(upload_id: int) -> ParsedBatch | None:
    """The tallies of a batch that has been read; None when there are none (not yet, or swept away)."""
    finished = sorted(folder(upload_id).glob("parsed-*.json"))  # attempts are few: one figure each
    return ParsedBatch.from_json(json.loads(finished[0].read_text())) if finished else None


def drop_raw(upload_id: int) -> None:
    shutil.rmtree(folder(upload_id) / "raw", ignore_errors=True)


def drop(upload_id: int) -> None:
    shutil.rmtree(folder(upload_id), ignore_errors=True)


def _write_json(path: Path, data: object) -> None:
    aside = path.with_suffix(".part")
    with open(aside, "w", encoding="utf-8", opener=_for_the_service_alone) as target:
        target.write(json.dumps(data, ensure_ascii=False))  # `dump` would go round in Python, five times as slow
    os.replace(aside, path)


def _for_the_service_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
