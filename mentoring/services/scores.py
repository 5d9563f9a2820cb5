"""A score sheet is begun with what the portal knows, filled in, brought up to date, confirmed, and taken back with a
reason. Whoever runs the centre is not the one who confirms its own sheets."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from mentoring.models import ScoreChange, ScoreCriterion, ScoreEdition, ScoreFile, ScoreMark, ScoreSheet
from mentoring.queries.score_facts import Facts, facts_for, proposal
from mentoring.queries.scoring import ScoredSheet, edition_of, helped_schools, may_confirm, may_fill, scored_sheet
from mentoring.scores import SheetKind, SheetState
from roadmaps.evidence_files import KeptFile
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.models import Municipality, School

MAX_FILES = 10  # of one criterion
NOT_YOURS = "Листы оценки заполняют методический центр и управление образования."
NOT_YOURS_TO_CONFIRM = "Листы центра утверждает управление образования."
CHANGED = f"Пока вы правили лист, его изменил другой человек. {COMPARE}"
LOOK_AGAIN = "Лист за это время изменили: посмотрите на него ещё раз."
IS_CONFIRMED = "Лист утверждён. Чтобы исправить его, сначала верните его в работу."
IS_DRAFT = "Лист ещё не утверждён: возвращать нечего."
NO_CRITERIA = "На этот учебный год критериев нет: сначала возьмите их из документа."
NO_REASON = "Напишите, почему лист возвращается в работу."
SAY_WHY = "Портал предлагает другой балл: напишите, почему вы поставили этот."
NO_SCORE = "Поставьте баллы по всем критериям. Без балла: {names}."
NO_EVIDENCE = "Подтвердите каждый балл словами, ссылкой или файлом. Без подтверждения: {names}."
NO_SHORTCOMING = "По критерию с баллом 0 назовите недостаток, который нужно устранить. Не назван: {names}."
NOT_SAID_IF_MENDED = "Отметьте, устранены ли недостатки прошлого года. Не отмечено: {names}."
TOO_MANY = f"По одному критерию не больше {MAX_FILES} файлов: уберите ненужные."


class ScoreRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class SheetChanged(ScoreRefused, ChangedSince):
    """Somebody has changed the sheet since the person looked at it."""


@dataclass(frozen=True)
class MarkTold:
    """Of one criterion."""

    score: int | None = None
    why: str = ""
    evidence: str = ""
    link: str = ""
    shortcoming: str = ""
    cause: str = ""
    mended: str = ""


@transaction.atomic
def begin_sheets(*, municipality: Municipality, kind: SheetKind, school_year: int, by: User) -> list[ScoreSheet]:
    """A draft of the municipality, or of every school of the programme that has none, with what the portal knows as its
    scores. Raises ScoreRefused."""
    if not may_fill(by, municipality):
        raise ScoreRefused(NOT_YOURS)
    edition = edition_of(municipality, kind, school_year)
    if edition is None:
        raise ScoreRefused(NO_CRITERIA)
    Municipality.objects.select_for_update(no_key=True).filter(pk=municipality.pk).first()
    there = ScoreSheet.objects.filter(municipality=municipality, kind=kind, school_year=school_year)
    begun = set(there.values_list("school", flat=True))
    wanted: list[School | None] = [None]
    if kind.is_of_school:
        wanted = list(School.objects.filter(pk__in=helped_schools(municipality, school_year)))
    missing = [school for school in wanted if (school.pk if school else None) not in begun]
    facts = facts_for(municipality, kind, school_year, [school for school in missing if school])
    sheets = [_begin(edition, school_year, school, facts, by) for school in missing]
    if sheets:
        audit("score_sheets_begun", municipality, by=by, municipality_id=municipality.pk, kind=kind.value)
    return sheets


def _begin(
    edition: ScoreEdition, school_year: int, school: School | None, facts: Mapping[int | None, Facts], by: User
) -> ScoreSheet:
    sheet = ScoreSheet.objects.create(
        municipality_id=edition.municipality_id, kind=edition.kind, school_year=school_year, school=school,
        edition=edition, changed_by=by,
    )  # fmt: skip
    marks = []
    for criterion in edition.criteria.all():
        fact, score = proposal(criterion, facts[school.pk if school else None])
        known = {"suggested": score, "figures": fact.words, "figures_link": fact.link}
        marks.append(ScoreMark(sheet=sheet, criterion=criterion, score=score, **known))
    ScoreMark.objects.bulk_create(marks)
    ScoreChange.objects.create(sheet=sheet, by=by, action="begun")
    return sheet


@transaction.atomic
def fill_sheet(
    *, sheet: ScoreSheet, told: Mapping[str, MarkTold], conclusion: str, seen_version: int, by: User
) -> ScoreSheet:
    """`told` by code of the criterion; what is not told stays. Raises ScoreRefused."""
    sheet = _locked(sheet, seen_version, CHANGED)
    _refuse_filling(sheet, by)
    criteria, marks = _criteria(sheet)
    before, after = {}, {}
    for code, said in told.items():
        mark = marks.get(code) or ScoreMark(sheet=sheet, criterion=criteria[code])
        if mark.suggested is not None and said.score is not None and said.score != mark.suggested and not said.why:
            raise ScoreRefused(SAY_WHY, f"{code}-why")
        was = _in_words(mark)
        for field in fields(said):
            setattr(mark, field.name, getattr(said, field.name))
        mark.save()
        if was != (now := _in_words(mark)):
            before[code], after[code] = was, now
    if sheet.conclusion != conclusion:
        before["conclusion"], after["conclusion"] = sheet.conclusion, conclusion
        sheet.conclusion = conclusion
    _save(sheet, "filled", by, before=before, after=after)
    return sheet


@transaction.atomic
def renew_sheet(*, sheet: ScoreSheet, seen_version: int, by: User) -> ScoreSheet:
    """What the portal knows today; a score that followed its proposal follows the new one. Raises ScoreRefused."""
    sheet = _locked(sheet, seen_version, LOOK_AGAIN)
    _refuse_filling(sheet, by)
    kind = SheetKind(sheet.kind)
    schools = [sheet.school] if sheet.school else []
    facts = facts_for(sheet.municipality, kind, sheet.school_year, schools)[sheet.school_id]
    criteria, marks = _criteria(sheet)
    before, after = {}, {}
    for code, criterion in criteria.items():
        mark = marks.get(code) or ScoreMark(sheet=sheet, criterion=criterion)
        was, follows = mark.figures, mark.score == mark.suggested
        fact, mark.suggested = proposal(criterion, facts)
        mark.figures, mark.figures_link = fact.words, fact.link
        if follows:
            mark.score = mark.suggested
        mark.save()
        if was != mark.figures:
            before[code], after[code] = was, mark.figures
    _save(sheet, "renewed", by, before=before, after=after)
    return sheet


@transaction.atomic
def confirm_sheet(*, sheet: ScoreSheet, seen_version: int, by: User) -> ScoreSheet:
    """From now on it is what the year is compared by. Raises ScoreRefused."""
    sheet = _locked(sheet, seen_version, LOOK_AGAIN)
    if not may_confirm(by, sheet):
        raise ScoreRefused(NOT_YOURS_TO_CONFIRM)
    if sheet.is_confirmed:
        raise ScoreRefused(IS_CONFIRMED)
    _refuse_gaps(scored_sheet(sheet))
    sheet.state, sheet.confirmed_on, sheet.confirmed_by = SheetState.CONFIRMED.value, timezone.localdate(), by
    _save(sheet, "confirmed", by)
    return sheet


@transaction.atomic
def take_back_sheet(*, sheet: ScoreSheet, reason: str, seen_version: int, by: User) -> ScoreSheet:
    """Into work again. Raises ScoreRefused."""
    sheet = _locked(sheet, seen_version, LOOK_AGAIN)
    if not may_confirm(by, sheet):
        raise ScoreRefused(NOT_YOURS_TO_CONFIRM)
    if not sheet.is_confirmed:
        raise ScoreRefused(IS_DRAFT)
    if not reason.strip():
        raise ScoreRefused(NO_REASON, "reason")
    sheet.state, sheet.confirmed_on, sheet.confirmed_by = SheetState.DRAFT.value, None, None
    _save(sheet, "taken_back", by, reason=reason.strip())
    return sheet


@transaction.atomic
def remove_sheet(*, sheet: ScoreSheet, seen_version: int, by: User) -> list[str]:
    """A draft that was begun by mistake. The places of its files, to be discarded once this is settled. Raises
    ScoreRefused."""
    sheet = _locked(sheet, seen_version, LOOK_AGAIN)
    _refuse_filling(sheet, by)
    files = ScoreFile.objects.filter(mark__sheet=sheet)
    places = [place for file in files for place in file.places]
    audit("score_sheet_removed", sheet, by=by, municipality_id=sheet.municipality_id)
    sheet.delete()
    return places


@transaction.atomic
def attach_to_score(
    *, sheet: ScoreSheet, criterion: ScoreCriterion, files: list[KeptFile], by: User
) -> tuple[list[KeptFile], bool]:
    """Those of which no row comes, to be discarded: sent twice, or more than a criterion may have, which the second
    value says. Raises ScoreRefused."""
    sheet = _locked(sheet, None, LOOK_AGAIN)
    _refuse_filling(sheet, by)
    mark, _ = ScoreMark.objects.get_or_create(sheet=sheet, criterion=criterion)
    known = set(mark.files.values_list("sha256", flat=True))
    fresh = [kept for kept in files if kept.sha256 not in known]
    room = MAX_FILES - len(known)
    for kept in fresh[:room]:
        ScoreFile.objects.create(mark=mark, added_by=by, **kept.fields)
    if fresh[:room]:
        names = ", ".join(kept.name for kept in fresh[:room])
        _save(sheet, "file", by, after={criterion.code: names})
    return [kept for kept in files if kept not in fresh[:room]], len(fresh) > room


@transaction.atomic
def detach_from_score(*, file: ScoreFile, by: User) -> tuple[str, str]:
    """The places of the file, to be discarded once this is settled. Raises ScoreRefused."""
    sheet = _locked(file.mark.sheet, None, LOOK_AGAIN)
    _refuse_filling(sheet, by)
    file.delete()
    _save(sheet, "file_removed", by, before={file.mark.criterion.code: file.name})
    return file.places


def _locked(sheet: ScoreSheet, seen_version: int | None, problem: str) -> ScoreSheet:
    """`seen_version` None: whichever it is."""
    ScoreSheet.objects.select_for_update(no_key=True).filter(pk=sheet.pk).values_list("pk").first()
    found = ScoreSheet.objects.filter(pk=sheet.pk).select_related("municipality", "school", "edition").first()
    if found is None or seen_version not in (None, found.version):
        raise SheetChanged(problem)
    return found


def _refuse_filling(sheet: ScoreSheet, by: User) -> None:
    if not may_fill(by, sheet.municipality):
        raise ScoreRefused(NOT_YOURS)
    if sheet.is_confirmed:
        raise ScoreRefused(IS_CONFIRMED)


def _refuse_gaps(scored: ScoredSheet) -> None:
    """What is wanting, all of one kind at a time."""
    of_school = scored.sheet.school_id is not None
    gaps = (
        (NO_SCORE, [line for line in scored.lines if line.score is None]),
        (NO_EVIDENCE, [line for line in scored.lines if not line.has_evidence]),
        (NO_SHORTCOMING, [line for line in scored.lines if of_school and line.score == 0 and not line.shortcoming]),
        (NOT_SAID_IF_MENDED, [line for line in scored.to_have_mended if not line.was_mended]),
    )
    for text, lines in gaps:
        if lines:
            names = ", ".join(f"{line.criterion.position}. {line.criterion.text}" for line in lines)
            raise ScoreRefused(text.format(names=names))


def _criteria(sheet: ScoreSheet) -> tuple[dict[str, ScoreCriterion], dict[str, ScoreMark]]:
    """Those of the sheet, and what is written under them, by code."""
    criteria = {criterion.code: criterion for criterion in sheet.edition.criteria.all()}
    return criteria, {mark.criterion.code: mark for mark in sheet.marks.select_related("criterion")}


def _in_words(mark: ScoreMark) -> str:
    """As the history tells it."""
    parts = [f"балл {mark.score}" if mark.score is not None else "без балла", mark.why, mark.evidence, mark.link]
    parts += [f"недостаток: {mark.shortcoming}" if mark.shortcoming else "", mark.cause, mark.get_mended_display()]
    return "; ".join(part for part in parts if part)


def _save(sheet: ScoreSheet, action: str, by: User, **told: Any) -> None:
    sheet.version += 1
    sheet.changed_at, sheet.changed_by = timezone.now(), by
    sheet.save()
    ScoreChange.objects.create(sheet=sheet, by=by, action=action, **told)
    audit(f"score_sheet_{action}", sheet, by=by, municipality_id=sheet.municipality_id)
