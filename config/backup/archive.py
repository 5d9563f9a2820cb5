"""Reads a backup, trusting nothing in it: every row and file is compared with the manifest before any is used."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.backup import BackupRefused, tables
from config.backup.files import BLOCK, entry_of
from config.backup.manifest import MANIFEST, Manifest, file_member, table_member

NOT_A_BACKUP = "{path} — не резервная копия портала, или она записана не до конца. Возьмите другой файл."
DAMAGED = "Копия повреждена: {what} не такая, как при записи. Возьмите другую копию."


class Archive:
    """An open backup whose list of members agrees with its manifest."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        names = file.namelist()
        if names.count(MANIFEST) != 1:
            raise KeyError(MANIFEST)
        self.manifest = Manifest.from_json(file.read(MANIFEST))
        if len(names) != len(set(names)) or set(names) - {MANIFEST} != self.manifest.members:
            raise BackupRefused("damaged", "Копия повреждена: в ней не те части, что в её описи.")

    def rows(self, label: str) -> Iterator[tables.Row]:
        """The rows of a table in their order."""
        with self._file.open(table_member(label)) as member:
            for line in member:
                row = json.loads(line)
                if not isinstance(row, list) or len(row) != len(self.manifest.tables[label].columns):
                    raise ValueError(label)
                yield row

    def blocks(self, place: str) -> Iterator[bytes]:
        """The content of a stored file."""
        with self._file.open(file_member(place)) as member:
            while block := member.read(BLOCK):
                yield block

    def check(self) -> None:
        """Read all of it and compare; refuses at the first difference."""
        for label, entry in self.manifest.tables.items():
            checksum = tables.Checksum()
            try:
                for row in self.rows(label):
                    checksum.add(row)
            except ValueError:
                raise BackupRefused("damaged", DAMAGED.format(what=f"таблица {label}")) from None
            if (checksum.rows, checksum.sha256) != (entry.rows, entry.sha256):
                raise BackupRefused("damaged", DAMAGED.format(what=f"таблица {label}"))
        for place, file in self.manifest.files.items():
            if entry_of(self.blocks(place)) != file:
                raise BackupRefused("damaged", DAMAGED.format(what=f"запись файла {place}"))


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in a file. What cannot be read as one, at whatever place, is refused."""
    try:
        with zipfile.ZipFile(path) as file:
            yield Archive(file)
    except FileNotFoundError:
        raise BackupRefused("no_file", f"Нет файла {path}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, IsADirectoryError):
        raise BackupRefused("not_a_backup", NOT_A_BACKUP.format(path=path)) from None
