"""One source → one parsed file: open it, recognise each sheet, read it, complete it from the file's name."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from monitoring.imports import problems as say
from monitoring.imports.clean import CleanSheet, write_clean_csv_gz
from monitoring.imports.layouts import LAYOUTS, Fit, Layout
from monitoring.imports.names import facts_from_name, facts_of_sheet
from monitoring.imports.parsed import CONTENT, CleanFile, ParsedFile
from monitoring.imports.problems import Problem, shorten
from monitoring.imports.sources import Source, is_nested_archive
from monitoring.imports.workbook import NotASpreadsheet, Sheet, Unreadable, looks_like_spreadsheet, open_sheets

# Sheets that stand beside the data in known files and hold none.
_SIDE_SHEETS = {
    "классы",
    "служебный",
    "порядковый номер класса",
    "лист2",
    "лист3",
    "sheet2",
    "sheet3",
    "инструкция",
    "справочник",
}
_NEAREST = 3


def read_source(source: Source, clean_stem: Path | None = None) -> ParsedFile:
    """Read one source; clean sheets are written beside `clean_stem` as `<stem>-<n>.csv.gz` when it is given."""
    parsed = ParsedFile(source.name)
    if source.problem is not None:
        parsed.problems.append(source.problem)
        return parsed
    try:
        content = source.read()
        parsed.sha256 = hashlib.sha256(content).hexdigest()
        if is_nested_archive(content):
            raise Unreadable("Внутри архива лежит ещё один архив. Распакуйте его и загрузите файлы.", "nested_archive")
        sheets = open_sheets(source.name, content)
    except Unreadable as problem:
        parsed.problems.append(say.error(problem.code, str(problem)))
    except NotASpreadsheet:
        parsed.problems.append(_not_a_spreadsheet(source))
    except (OSError, RuntimeError, EOFError, ValueError, NotImplementedError):
        parsed.problems.append(say.error("unreadable", "Файл не читается. Проверьте его и загрузите ещё раз."))
    else:
        del content
        _read_sheets(parsed, sheets, clean_stem)
    return parsed


def _not_a_spreadsheet(source: Source) -> Problem:
    if source.given_itself or looks_like_spreadsheet(source.name):
        message = "Это не таблица. Загрузите файл .xlsx, .xls или .csv."
        return say.error("not_a_spreadsheet", message)
    return say.warning("not_a_spreadsheet", "Файл не является таблицей и пропущен.")


def _read_sheets(parsed: ParsedFile, sheets: list[Sheet], clean_stem: Path | None) -> None:
    name = facts_from_name(parsed.name)
    unknown: list[Sheet] = []
    clean: list[CleanSheet] = []
    dropped: list[str] = []
    for sheet in sheets:
        layout = recognise(sheet)
        if layout is None:
            unknown.append(sheet)
            continue
        if sheet.hidden:
            message = f"Скрытый лист «{sheet.name}» пропущен. Если результаты на нём, сделайте его видимым."
            parsed.problems.append(say.warning("hidden_sheet", message, sheet=sheet.name))
            continue
        reading = layout.read(sheet, name)
        on_sheet = facts_of_sheet(sheet.name)
        for exam in reading.exams:
            on_sheet.tell(exam, CONTENT)
            name.tell(exam)
            exam.problems = shorten(exam.problems)
        parsed.layout = parsed.layout or layout.name
        parsed.exams += reading.exams
        parsed.problems += shorten(reading.problems)
        dropped += reading.dropped_columns
        if reading.clean is not None:
            clean.append(reading.clean)
    parsed.dropped_columns = list(dict.fromkeys(dropped))
    parsed.problems += _about_unknown(parsed, unknown)
    if clean_stem is not None:
        parsed.clean = _write(clean, clean_stem)


def recognise(sheet: Sheet) -> Layout | None:
    """The layout that fits with most signs; of equals the one that is first in the registry."""
    fits = [(layout.fit(sheet), layout) for layout in LAYOUTS]
    fitting = [(fit.found, layout) for fit, layout in fits if fit.fits]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _about_unknown(parsed: ParsedFile, unknown: list[Sheet]) -> list[Problem]:
    filled = [sheet for sheet in unknown if any(any(row) for row in sheet.rows)]
    if parsed.layout is not None:
        return [
            say.warning("sheet_skipped", f"Лист «{sheet.name}» не похож на результаты и пропущен.", sheet=sheet.name)
            for sheet in filled
            if sheet.name.strip().lower() not in _SIDE_SHEETS
        ]
    if not filled:
        return [say.error("unknown_layout", "В файле нет данных: все листы пусты. Выгрузите его ещё раз.")]
    sheet = max(filled, key=lambda one: max((fit.found for fit in _fits(one)), default=0))
    return [say.error("unknown_layout", _nearest(sheet), sheet=sheet.name)]


def _fits(sheet: Sheet) -> Iterable[Fit]:
    return (layout.fit(sheet) for layout in LAYOUTS)


def _nearest(sheet: Sheet) -> str:
    """Which layouts the sheet comes near, and what it lacks for each."""
    fits = [(layout.fit(sheet), layout) for layout in LAYOUTS]
    near = sorted((pair for pair in fits if pair[0].found > 1), key=lambda pair: (len(pair[0].lacking), -pair[0].found))
    if not near:
        known = "; ".join(layout.title for layout in LAYOUTS)
        return f"Такая таблица не распознана: нет ни одного известного столбца. Портал принимает: {known}."
    told = "; ".join(f"{layout.title} — не хватает: {', '.join(fit.lacking)}" for fit, layout in near[:_NEAREST])
    return (
        f"Такая таблица не распознана. Ближе всего: {told}. "
        "Проверьте, тот ли отчёт выгружен и цела ли строка заголовков."
    )


def _write(sheets: list[CleanSheet], stem: Path) -> list[CleanFile]:
    written = []
    for number, sheet in enumerate(sheets, 1):
        path = stem.with_name(f"{stem.name}-{number}.csv.gz")
        written.append(CleanFile(sheet.name, str(path), write_clean_csv_gz(sheet, path)))
    return written
