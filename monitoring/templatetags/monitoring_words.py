"""Words for uploads and exams."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from indicators.procedures import Attempt, Procedure, Wave
from indicators.subjects import subject_name
from monitoring.imports.layouts import LAYOUTS
from monitoring.imports.objectivity_list import Mark
from monitoring.models import UploadEntry
from monitoring.queries.jobs import names_in_words
from monitoring.queries.objectivity import exam_in_words
from monitoring.queries.uploads import UploadView
from schools.models import School
from schools.periods import school_year_label
from schools.wording import counted, plural

register = template.Library()

LAYOUT_TITLES = {layout.name: layout.title for layout in LAYOUTS}


@register.filter
def exam_words(entry: UploadEntry) -> str:
    """«ОГЭ, математика, 9 класс, 2020/2021, пересдача, 07.09.2021»."""
    if not entry.layout:
        return "Не распознано"
    words = [Procedure(entry.procedure).label] if entry.procedure else []
    if entry.subject:
        words.append(subject_name(entry.subject))
    if entry.grade:
        words.append(f"{entry.grade} класс")
    if entry.wave and entry.wave != Wave.MAIN:
        words.append(Wave(entry.wave).label)
    if entry.school_year:
        words.append(school_year_label(entry.school_year))
    if entry.attempt == Attempt.RESIT:
        words.append(Attempt.RESIT.label)
    if entry.session:
        year, month, day = entry.session.split("-")
        words.append(f"{day}.{month}.{year}")
    return ", ".join(words)


@register.filter
def layout_title(code: str) -> str:
    """What kind of table it is, in words."""
    return LAYOUT_TITLES.get(code, "")


@register.filter
def problem_counts(entry: UploadEntry) -> dict[str, int]:
    """How many errors, questions and warnings."""
    return dict(Counter(problem["severity"] for problem in entry.problems))


@register.filter
def asks_which_file(entry: UploadEntry) -> bool:
    return any(problem["code"] == "same_facet_twice" for problem in entry.problems)


@register.filter
def file_names(entries: Iterable[UploadEntry]) -> str:
    """The first files by name and how many more there are."""
    return names_in_words(entry.name for entry in entries) or "—"


@register.filter
def sum_of(entries: Iterable[UploadEntry], name: str) -> Any:
    """Changes of one kind in all files that can be written."""
    return sum(entry.changes.get(name, 0) for entry in entries if entry.is_writable) or "—"


@register.filter
def preview_sentence(view: UploadView) -> str:
    """«Распознано 11 файлов из 13. Будет добавлено 84 результата, изменится 3.»"""
    if view.recognised_files == view.files:
        recognised = f"{plural(view.files, 'Распознан,Распознаны,Распознано')} {_files(view.files)}."
    else:
        recognised = f"Распознано {_files(view.recognised_files)} из {view.files}."
    new, changed, same = (view.changes[name] for name in ("new", "changed", "same"))
    if not new and not changed:
        what = "Новых результатов нет: всё это уже записано." if same else "Записывать пока нечего."
    else:
        will = plural(new, "Будет добавлен,Будут добавлены,Будет добавлено")
        what = f"{will} {counted(new, 'результат,результата,результатов')}, изменится {changed}."
    return f"{recognised} {what}"


@register.filter
def stored_sentence(view: UploadView) -> str:
    """What the upload brought, once written."""
    new, changed, same = (view.changes[name] for name in ("new", "changed", "same"))
    return f"Добавлено результатов: {new}, изменено: {changed}, без изменений: {same}."


@register.filter
def marked_exam(mark: Mark) -> str:
    """«ВПР, математика, 4 класс, 2023/2024»: what a marker of the official list is about."""
    exam = exam_in_words(Procedure.VPR, mark.subject, mark.grade)
    return f"{exam}, {school_year_label(mark.school_year)}"


@register.filter
def school_of(mark: Mark, schools: Mapping[int, School]) -> str:
    """The name of the school that a marker is about."""
    return schools[mark.school_id].name


@register.filter
def looked_up(found: Mapping[str, Any], key: str) -> Any:
    """What a mapping has under a key."""
    return found.get(key)


def _files(count: int) -> str:
    return counted(count, "файл,файла,файлов")
