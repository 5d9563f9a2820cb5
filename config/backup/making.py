"""Makes a backup while the portal runs: first the rows as of one moment, then the files, which are written before rows
name them."""

import fcntl
import os
import secrets
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from config import __version__
from config.backup import BackupRefused, tables
from config.backup.files import BLOCK, entry_of, for_the_service_alone, stored_files
from config.backup.manifest import MANIFEST, FileEntry, Manifest, TableEntry, file_member, table_member
from config.backup.reasons import reason

ASIDE = ".opora-backup-"  # begins the name of a copy that is not whole yet; of one length, however long the copy's is


def make_backup(target: Path) -> Manifest:
    """Write the archive aside and give it its name when it is whole, readable by its owner alone."""
    try:
        _refuse_place(target)
        if tables.has_pending_migrations():
            raise BackupRefused(
                "pending_migrations",
                "База данных старее установленной версии портала. Копию делает та версия, которая с ней работала: "
                "верните её, или обновите базу командой manage.py migrate.",
            )
        _sweep(target.parent)
        return _write_aside(target)
    except OSError as error:
        raise BackupRefused("not_written", f"Копию не удалось записать{reason(error)}") from None


def _refuse_place(target: Path) -> None:
    if target.exists():
        raise BackupRefused("exists", f"Файл {target} уже есть. Назовите копию иначе, прежняя не будет затёрта.")
    if not target.parent.is_dir():
        raise BackupRefused("no_folder", f"Нет папки {target.parent}. Создайте её или назовите другую.")


def _write_aside(target: Path) -> Manifest:
    aside = target.with_name(f"{ASIDE}{secrets.token_hex(4)}")
    try:
        with open(aside, "xb", opener=for_the_service_alone) as stream:
            with suppress(OSError):  # not every disk of a network has locks
                fcntl.flock(stream, fcntl.LOCK_EX)
            with zipfile.ZipFile(stream, "w") as archive:
                manifest = _write(archive)
            stream.flush()
            os.fsync(stream.fileno())
            os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return manifest


def _sweep(folder: Path) -> None:
    """Take away what killed runs left in this folder; whoever still writes holds a lock."""
    for path in folder.glob(f"{ASIDE}*"):
        with suppress(OSError), open(path, "rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _write(archive: zipfile.ZipFile) -> Manifest:
    manifest = Manifest(
        portal=__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=tables.applied_migrations(),
    )
    with tables.one_moment():
        for model in tables.kept_models():
            label, checksum = model._meta.label, tables.Checksum()
            with archive.open(_member(table_member(label), zipfile.ZIP_DEFLATED), "w", force_zip64=True) as member:
                for row in tables.rows(model):
                    checksum.add(row)
                    member.write(tables.to_line(row))
            manifest.tables[label] = TableEntry(tables.columns(model), checksum.rows, checksum.sha256)
        named = tables.named_files()
    for place in stored_files(Path(settings.MEDIA_ROOT)):
        if entry := _add_file(archive, place):
            manifest.files[place] = entry
    manifest.missing = sorted(named - manifest.files.keys())
    archive.writestr(_member(MANIFEST, zipfile.ZIP_DEFLATED), manifest.to_json())
    return manifest


def _member(name: str, compress_type: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=datetime.now().timetuple()[:6])
    info.compress_type = compress_type
    return info


def _add_file(archive: zipfile.ZipFile, place: str) -> FileEntry | None:
    """Copy a file as it is (they are compressed already); None when it was deleted in the meantime."""
    info = _member(file_member(place), zipfile.ZIP_STORED)
    try:
        with (
            open(Path(settings.MEDIA_ROOT) / place, "rb") as source,
            archive.open(info, "w", force_zip64=True) as member,
        ):
            return entry_of(iter(lambda: source.read(BLOCK), b""), copy_to=member)
    except FileNotFoundError:
        return None
