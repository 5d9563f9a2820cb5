"""What was handed in — files, folders, zip archives — as a flat list of single files, in a fixed order, without
reading them.

A source is plain data, so that the child process that reads can be started again after the one it died on.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from monitoring.imports import problems as say
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import MAX_FILE_BYTES, NO_ARCHIVE, Unreadable

MAX_ARCHIVE_BYTES = 512 * 1024 * 1024
MAX_ARCHIVE_UNPACKED = 2 * 1024 * 1024 * 1024
MAX_FILES = 5000


@dataclass(frozen=True)
class NamedFile:
    """A file to read under the name its owner gave it (an upload lies in the spool under another one)."""

    name: str
    path: Path


@dataclass(frozen=True)
class Source:
    """One file to be read, or, with `problem`, one thing that cannot even be opened."""

    name: str
    path: str = ""
    member: int = -1  # index in the archive's directory; -1 for a file that lies by itself
    given_itself: bool = False  # named by the person, not found in a folder or archive
    problem: Problem | None = field(default=None)

    def read(self) -> bytes:
        """The bytes, never more than a little above the limit, whatever an archive promises; `Unreadable` when it is
        damaged in the middle."""
        if self.member < 0:
            with open(self.path, "rb") as stream:
                return stream.read(MAX_FILE_BYTES + 1)
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(archive.infolist()[self.member]) as stream:
                return stream.read(MAX_FILE_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as damage:
            raise Unreadable("Файл в архиве повреждён. Скачайте архив ещё раз или упакуйте его заново.") from damage


def list_sources(inputs: Iterable[Path | str | NamedFile]) -> list[Source]:
    """Every file behind the inputs; when there is none at all, one source that says so."""
    found: list[Source] = []
    names: list[str] = []
    for item in inputs:
        named = item if isinstance(item, NamedFile) else NamedFile(Path(item).name or str(item), Path(item))
        names.append(named.name)
        found.extend(_expand(named))
    if len(found) > MAX_FILES:
        message = f"Файлов больше {MAX_FILES}. Загрузите их несколькими частями."
        return [_trouble(", ".join(names), "too_large", message)]
    if not found:
        message = "Здесь нет ни одной таблицы. Укажите файлы .xlsx, .xls, .csv, папку или архив zip с ними."
        return [_trouble(", ".join(names), "nothing_to_import", message)]
    return _told_apart(found)


def _told_apart(sources: list[Source]) -> list[Source]:
    """Files of one name from several folders: the later ones get a number, since answers and errors go by name."""
    taken: set[str] = set()
    found: list[Source] = []
    for source in sources:
        path, name, number = PurePosixPath(source.name), source.name, 1
        while name in taken:
            number += 1
            name = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        taken.add(name)
        found.append(replace(source, name=name))
    return found


def _expand(named: NamedFile) -> list[Source]:
    path = named.path
    if path.is_dir():
        return _walk_folder(path)
    if not path.is_file():
        return [_trouble(named.name, "unreadable", "Файл не найден: проверьте путь.")]
    if is_archive(path):
        return _list_archive(named.name, path)
    return [Source(named.name, str(path), given_itself=True)]


def _walk_folder(folder: Path) -> list[Source]:
    found: list[Source] = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not path.is_file() or _is_litter(relative.parts):
            continue
        # A link may lead out of the folder, and what lies there was not handed in.
        if not path.resolve().is_relative_to(folder.resolve()):
            found.append(_unsafe(relative.as_posix()))
        elif is_archive(path):
            found.extend(_list_archive(relative.as_posix(), path))
        else:
            found.append(Source(relative.as_posix(), str(path)))
    return found


def is_archive(path: Path) -> bool:
    """A zip that is not itself a workbook or another office document."""
    with open(path, "rb") as stream:
        start = stream.read(4)
    if start not in (b"PK\x03\x04", b"PK\x05\x06"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not is_office_document(archive.namelist())
    except NO_ARCHIVE:
        return path.suffix.lower() == ".zip"


def is_office_document(names: list[str]) -> bool:
    return "[Content_Types].xml" in names or "mimetype" in names or any(name.startswith("xl/") for name in names)


def _list_archive(name: str, path: Path) -> list[Source]:
    if path.stat().st_size > MAX_ARCHIVE_BYTES:
        return [_trouble(name, "too_large", "Архив слишком велик. Разделите его на несколько.")]
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except NO_ARCHIVE:
        return [
            _trouble(name, "unreadable", "Архив повреждён и не открывается. Скачайте его ещё раз или упакуйте заново.")
        ]
    if sum(member.file_size for member in members) > MAX_ARCHIVE_UNPACKED:
        return [_trouble(name, "too_large", "В распакованном виде архив слишком велик. Разделите его на несколько.")]
    sources = [_member_source(name, path, index, member) for index, member in enumerate(members)]
    return sorted((source for source in sources if source is not None), key=lambda source: source.name)


def _member_source(archive_name: str, path: Path, index: int, member: zipfile.ZipInfo) -> Source | None:
    inner = member_name(member)
    shown = f"{archive_name}/{inner}"
    parts = PurePosixPath(inner).parts
    if inner.startswith("/") or ".." in parts or (len(inner) > 1 and inner[1] == ":"):
        return _unsafe(shown)
    if inner.endswith("/") or not parts or _is_litter(parts):
        return None
    if member.flag_bits & 1:
        return _trouble(shown, "unreadable", "Архив защищён паролем. Распакуйте его и загрузите файлы без пароля.")
    if member.file_size > MAX_FILE_BYTES:
        return _trouble(shown, "too_large", f"Файл больше {MAX_FILE_BYTES // 1024 // 1024} МБ. Разделите его на части.")
    return Source(shown, str(path), index)


def member_name(member: zipfile.ZipInfo) -> str:
    """The name inside an archive: РЦОИ packs with CP866, others with cp1251 or bare UTF-8, and zip calls all of them
    cp437."""
    raw = member.orig_filename.split("\0")[0]
    name = raw if member.flag_bits & 0x800 else _redecode(raw)
    return name.replace("\\", "/")


def _redecode(name: str) -> str:
    if name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    readings = [raw.decode(encoding, errors="replace") for encoding in ("cp866", "cp1251")]
    return max(readings, key=_russian_letters)


def _russian_letters(name: str) -> int:
    """How Russian a reading looks; a wrong code page shows line drawing, Serbian letters or capitals amid a word."""
    score = 0
    for before, char in zip(" " + name, name, strict=False):
        if "а" <= char <= "я" or char in "ёЁ№" or "А" <= char <= "Я":
            score += 1
            if "А" <= char <= "Я" and "а" <= before <= "я":
                score -= 2
        elif not char.isascii():
            score -= 2
    return score


def _is_litter(parts: tuple[str, ...]) -> bool:
    """What systems leave behind: resource forks, lock files, thumbnails. Nobody wants to read about them."""
    return any(part == "__MACOSX" or part.startswith((".", "~$")) or part.lower() in _LITTER for part in parts)


_LITTER = {"thumbs.db", "desktop.ini"}


def _unsafe(name: str) -> Source:
    message = "Имя файла ведёт за пределы архива или папки. Такой файл не принимается: упакуйте архив заново."
    return _trouble(name, "unsafe_name", message)


def _trouble(name: str, code: str, message: str) -> Source:
    return Source(name, problem=say.error(code, message))


def is_nested_archive(content: bytes) -> bool:
    """A zip within a zip: refused clearly, so that nothing is skipped unseen."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return not is_office_document(archive.namelist())
    except NO_ARCHIVE:
        return False
