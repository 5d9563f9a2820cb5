"""What the page of an upload shows."""

from collections import Counter
from dataclasses import dataclass

from monitoring.models import Upload, UploadEntry


@dataclass(frozen=True)
class Unmatched:
    """A code, login or name of the files that no school answers to."""

    kind: str
    key: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class UploadView:
    entries: list[UploadEntry]
    clean: list[UploadEntry]
    troubled: list[UploadEntry]  # have problems of any kind, warnings included
    unmatched: list[Unmatched]
    changes: Counter[str]
    recognised_files: int
    files: int
    has_questions: bool
    clean_files: int

    @property
    def all_clean(self) -> bool:
        return self.clean_files == self.files


def overview(upload: Upload) -> UploadView:
    """All of the upload's entries, counted once."""
    entries = list(upload.entries.all())
    clean = [entry for entry in entries if entry.is_writable]
    changes: Counter[str] = Counter()
    for entry in clean:
        changes.update(entry.changes)
    return UploadView(
        entries=entries,
        clean=clean,
        troubled=[entry for entry in entries if entry.problems],
        unmatched=_unmatched(entries),
        changes=changes,
        recognised_files=len({entry.name for entry in entries if entry.layout}),
        files=len({entry.name for entry in entries}),
        has_questions=any(p["severity"] == "question" for entry in entries for p in entry.problems),
        clean_files=len({entry.name for entry in clean}),
    )


def _unmatched(entries: list[UploadEntry]) -> list[Unmatched]:
    files: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        for problem in entry.problems:
            if problem["code"] == "unknown_school":
                named = files.setdefault((problem.get("key_kind", "code"), problem["value"]), [])
                if entry.name not in named:
                    named.append(entry.name)
    return [Unmatched(kind, key, tuple(names)) for (kind, key), names in files.items()]
