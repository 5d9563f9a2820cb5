"""What a backup says of itself."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from config.backup import BackupRefused

FORMAT = 1
MANIFEST = "manifest.json"
DAMAGED = "Опись резервной копии повреждена. Возьмите другую копию."


@dataclass(frozen=True)
class TableEntry:
    columns: list[str]
    rows: int
    sha256: str  # see `tables.Checksum`


@dataclass(frozen=True)
class FileEntry:
    bytes: int
    sha256: str


@dataclass
class Manifest:
    portal: str  # version of the portal
    made_at: str
    database: str  # "sqlite" or "postgresql"
    migrations: list[str]
    format: int = FORMAT
    tables: dict[str, TableEntry] = field(default_factory=dict)  # by label of the model
    files: dict[str, FileEntry] = field(default_factory=dict)  # by place below MEDIA_ROOT
    missing: list[str] = field(default_factory=list)  # files that rows name and that were not there

    def about(self) -> dict[str, Any]:
        """Where it comes from, as the commands answer."""
        return {"portal": self.portal, "made_at": self.made_at, "database": self.database}

    def counts(self) -> dict[str, Any]:
        """How much it holds, as the commands answer."""
        rows = sum(table.rows for table in self.tables.values())
        return {"tables": len(self.tables), "rows": rows, "files": len(self.files), "missing": len(self.missing)}

    @property
    def members(self) -> set[str]:
        """The names that the archive must hold, besides the manifest's own."""
        return {table_member(label) for label in self.tables} | {file_member(place) for place in self.files}

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Refuses what this version cannot read and names that lead out of the folder of files."""
        try:
            data: dict[str, Any] = json.loads(text)
            known = int(data["format"])
        except (ValueError, TypeError, KeyError):
            raise BackupRefused("damaged", DAMAGED) from None
        if known != FORMAT:
            raise BackupRefused(
                "unknown_format", f"Копия сделана порталом другой версии: её вид — {known}, нужен {FORMAT}."
            )
        try:
            manifest = cls(
                **data
                | {
                    "tables": {label: TableEntry(**entry) for label, entry in data["tables"].items()},
                    "files": {place: FileEntry(**entry) for place, entry in data["files"].items()},
                }
            )
        except (TypeError, KeyError, AttributeError):
            raise BackupRefused("damaged", DAMAGED) from None
        for place in manifest.files:
            if not stays_inside(place):
                raise BackupRefused("unsafe_path", f"В копии есть файл, который лёг бы вне папки портала: {place}")
        return manifest


def table_member(label: str) -> str:
    return f"tables/{label}.jsonl"


def file_member(place: str) -> str:
    return f"files/{place}"


def stays_inside(place: str) -> bool:
    """Whether a relative place stays in the folder it is taken from, on any system."""
    path = PurePosixPath(place)
    plain = bool(place) and "\\" not in place and ":" not in place and "\0" not in place
    return plain and not path.is_absolute() and path.as_posix() == place and not {"..", "."} & set(path.parts)
