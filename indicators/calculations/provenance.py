"""Where numbers came from: file, sheet and rows, or the form in which they were entered (rule 9)."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

Sheet = tuple[str, str, int, str]  # file, sheet, upload (0 is none) and form

_SPANS = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")


class Ref(NamedTuple):
    """One place: rows are spans as in «6-12,15»."""

    file: str = ""
    sheet: str = ""
    rows: str = ""
    upload: int | None = None
    form: str = ""  # what was filled in, where there is no file

    @classmethod
    def of(cls, source: dict[str, Any], form: str = "") -> "Ref | None":
        """From the JSON that rows keep; a source without a file is the named form."""
        if source.get("file"):
            return cls(
                file=str(source["file"]),
                sheet=str(source.get("sheet") or ""),
                rows=str(source.get("rows") or "").replace(" ", "").replace("–", "-"),
                upload=source.get("upload"),
            )
        return cls(form=form) if form else None

    @property
    def in_sheet(self) -> Sheet:
        return self.file, self.sheet, self.upload or 0, self.form


class Cited(NamedTuple):
    """The places of one facet of a result, as its row keeps them. Read only when a value is to name them: of most
    results nobody asks more than whether it is the same one."""

    text: str  # JSON, [{file, sheet, rows, upload, facets}]
    facet: str

    def places(self) -> tuple[Ref, ...]:
        """Those that gave its numbers: a comparison with the journal gives no marks."""
        return _places(self.text, self.facet)


Source = Ref | Cited


@lru_cache(maxsize=20_000)
def _places(text: str, facet: str) -> tuple[Ref, ...]:
    places = json.loads(text)
    giving = [place for place in places if facet in place.get("facets", ())] or places
    return tuple(Ref.of(place) or Ref() for place in giving)


def places_of(sources: Iterable[Source]) -> Iterator[Ref]:
    for source in sources:
        if isinstance(source, Cited):
            yield from source.places()
        else:
            yield source


def together(*groups: tuple[Source, ...]) -> tuple[Source, ...]:
    """All refs, each once; the very same group (part and whole of one result) costs nothing."""
    first = groups[0]
    for group in groups:
        if group is not first and group != first:
            return tuple(dict.fromkeys(chain.from_iterable(groups)))
    return first


def by_sheet(sources: Iterable[Source]) -> dict[Sheet, list[str]]:
    """The rows of each sheet, as they are written."""
    rows: dict[Sheet, list[str]] = defaultdict(list)
    for ref in places_of(sources):
        rows[ref.in_sheet].append(ref.rows)
    return rows


@lru_cache(maxsize=20_000)
def compact(refs: tuple[Source, ...]) -> tuple[dict[str, Any], ...]:
    """As values keep them: one entry for a sheet, its rows as merged spans. Shared, so not to be altered."""
    rows = by_sheet(refs)
    found = []
    for file, sheet, upload, form in sorted(rows):
        entry: dict[str, Any] = {
            "file": file,
            "sheet": sheet,
            "rows": merge_spans(rows[file, sheet, upload, form]),
            "upload": upload or None,
        }
        found.append(entry | {"form": form} if form else entry)
    return tuple(found)


def left_behind(before: Iterable[Source], after: Iterable[Source]) -> set[Sheet]:
    """The sheets of which rows are told before that are not told after."""
    rows = by_sheet(after)
    return {
        sheet
        for sheet, texts in by_sheet(before).items()
        if sheet not in rows or merge_spans([*rows[sheet], *texts]) != merge_spans(rows[sheet])
    }


def merge_spans(texts: Iterable[str]) -> str:
    """«6-8», «9», «15» → «6-9,15»; what is no span stays as it was written."""
    return _merged(tuple(dict.fromkeys(filter(None, texts))))


@lru_cache(maxsize=20_000)
def _merged(texts: tuple[str, ...]) -> str:
    spans: list[tuple[int, int]] = []
    others: list[str] = []
    for text in texts:
        known = parse_spans(text)
        if known is None:
            others.append(text)
        else:
            spans.extend(known)
    merged: list[list[int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    return ",".join([f"{first}-{last}" if first < last else str(first) for first, last in merged] + others)


@lru_cache(maxsize=20_000)
def parse_spans(text: str) -> tuple[tuple[int, int], ...] | None:
    """«6-8,15» → ((6, 8), (15, 15)); None when it is not written so."""
    if not _SPANS.fullmatch(text):
        return None
    pairs = (span.partition("-") for span in text.split(","))
    return tuple((int(first), int(last or first)) for first, _, last in pairs)
