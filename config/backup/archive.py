"""Reads a backup, trusting nothing in it: every row and file is compared with the manifest before any is used."""

import errno
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.backup import BackupRefused, tables
from config.backup.files import BLOCK, entry_of
from config.backup.manifest import MANIFEST, Manifest, file_member, table_member
from config.backup.reasons import reason

NOT_A_BACKUP = "{path} — не резервная копия портала, или она записана не до конца. Возьмите другой файл."
DAMAGED = "Копия повреждена: {what} не такая, как при записи. Возьмите другую копию."
OURS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1  # a member's flag
# What `zipfile` may stumble over in bytes that are not an archive, besides seeking where no place is.
NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError)


class Archive:
    """An open backup whose list of members agrees with its manifest."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        self._path, self._file = path, file
        if any(info.compress_type not in OURS or info.flag_bits & ENCRYPTED for info in file.infolist()):
            raise zipfile.BadZipFile  # no copy of ours is encrypted or packed otherwise
        names = file.namelist()
        if names.count(MANIFEST) != 1:
            raise KeyError(MANIFEST)
        self.manifest = Manifest.from_json(file.read(MANIFEST))
        if len(names) != len(set(names)) or set(names) - {MANIFEST} != self.manifest.members:
            raise BackupRefused("damaged", "Копия повреждена: в ней не те части, что в её описи.")

    def rows(self, label: str) -> Iterator[tables.Row]:
        """The rows of a table in their order."""
        columns = self.manifest.tables[label].columns
        with refusing(self._path), self._file.open(table_member(label)) as member:
            for line in member:
                try:
                    row = json.loads(line)
                except ValueError:
                    row = None
                if not isinstance(row, list) or len(row) != len(columns):
                    raise BackupRefused("damaged", DAMAGED.format(what=f"таблица {label}"))
                yield row

    def blocks(self, place: str) -> Iterator[bytes]:
        """The content of a stored file."""
        with refusing(self._path), self._file.open(file_member(place)) as member:
            while block := member.read(BLOCK):
                yield block

    def check(self) -> None:
        """Read all of it and compare; refuses at the first difference."""
        for label, entry in self.manifest.tables.items():
            checksum = tables.Checksum()
            for row in self.rows(label):
                checksum.add(row)
            if (checksum.rows, checksum.sha256) != (entry.rows, entry.sha256):
                raise BackupRefused("damaged", DAMAGED.format(what=f"таблица {label}"))
        for place, file in self.manifest.files.items():
            if entry_of(self.blocks(place)) != file:
                raise BackupRefused("damaged", DAMAGED.format(what=f"запись файла {place}"))


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in a file. What cannot be read as one, at whatever place, is refused."""
    with refusing(path):
        file = zipfile.ZipFile(path)
    with file:
        with refusing(path):
            archive = Archive(path, file)
        yield archive


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Says in words why a file cannot be read; only around reading, so that faults of what is done with it show."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise BackupRefused("no_file", f"Нет файла {path}. Проверьте путь.") from None
    except (*NOT_A_ZIP, IsADirectoryError):
        raise BackupRefused("not_a_backup", NOT_A_BACKUP.format(path=path)) from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # a damaged archive sent the reader before its beginning
            raise BackupRefused("not_a_backup", NOT_A_BACKUP.format(path=path)) from None
        raise BackupRefused("not_read", f"Копию не удалось прочитать{reason(error)}") from None
