"""The criteria of score sheets: a municipality begins with those of a document and words them anew from a school year
on. A confirmed sheet keeps the words that it was filled in by, so an edition that one rests on is not touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, audit
from mentoring.models import ScoreCriterion, ScoreEdition, ScoreSheet
from mentoring.queries.scoring import edition_of
from mentoring.score_templates import score_templates
from mentoring.scores import SheetKind, SheetState
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.models import Municipality
from schools.periods import school_year_label

NOT_YOURS = "Критерии меняет управление образования."
CHANGED = f"Пока вы правили критерии, их изменил другой человек. {COMPARE}"
IN_USE = (
    "По этим критериям уже утверждены листы за {year} учебный год или позже, а утверждённый лист хранит слова, по "
    "которым заполнен. Выберите в шапке следующий учебный год и измените критерии с него или верните листы в работу."
)
NOT_NOUGHT = "Нужен хотя бы один критерий."
TOO_HIGH = "Оптимальный уровень начинается с {high}, а по этим шкалам можно набрать только {top}: проверьте границы."


class CriteriaRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class CriteriaChanged(CriteriaRefused, ChangedSince):
    """Somebody has changed the criteria since the person looked at them."""


@dataclass(frozen=True)
class CriterionTold:
    """`code` empty for one that is new."""

    code: str
    text: str
    scale: tuple[str, ...]
    by_centre: bool = False

    @property
    def top(self) -> int:
        return len(self.scale) - 1


@dataclass(frozen=True)
class EditionTold:
    middle_from: int
    high_from: int
    source: str
    criteria: Sequence[CriterionTold]  # in their order


@transaction.atomic
def begin_criteria(*, municipality: Municipality, school_year: int, by: User | None) -> int:
    """Those of the document for every kind of sheets that has none; how many kinds that were. `by` None when the
    programme is loaded. Raises CriteriaRefused."""
    if by is not None and not municipality.allows(by, Permission.PLANS_APPROVE):
        raise CriteriaRefused(NOT_YOURS)
    there = set(ScoreEdition.objects.filter(municipality=municipality).values_list("kind", flat=True))
    missing = [sheet for sheet in score_templates().sheets if sheet.kind not in there]
    for sheet in missing:
        criteria = [CriterionTold(one.code, one.text, one.scale, one.by_centre) for one in sheet.criteria]
        told = EditionTold(sheet.middle_from, sheet.high_from, sheet.source, criteria)
        edition = ScoreEdition(municipality=municipality, kind=sheet.kind.value, school_year=school_year)
        _store(edition, told, by)
    if missing and by is not None:
        audit("score_criteria_begun", municipality, by=by, municipality_id=municipality.pk)
    return len(missing)


@transaction.atomic
def write_criteria(
    *, municipality: Municipality, kind: SheetKind, school_year: int, told: EditionTold, seen_version: int, by: User
) -> ScoreEdition:
    """From that school year on: its own edition is worded anew, or one begins beside those of earlier years; drafts go
    over to it. `seen_version` is that of the edition that was shown. Raises CriteriaRefused."""
    if not municipality.allows(by, Permission.PLANS_APPROVE):
        raise CriteriaRefused(NOT_YOURS)
    _check(told)
    Municipality.objects.select_for_update(no_key=True).filter(pk=municipality.pk).first()
    shown = edition_of(municipality, kind, school_year)
    if shown is None or shown.version != seen_version:
        raise CriteriaChanged(CHANGED)
    sheets = ScoreSheet.objects.filter(edition=shown, school_year__gte=school_year)
    if sheets.filter(state=SheetState.CONFIRMED.value).exists():
        raise CriteriaRefused(IN_USE.format(year=school_year_label(school_year)))
    if shown.school_year == school_year:
        shown.version += 1
        _store(shown, told, by)
        _keep_scores_on_scale(shown)
        edition = shown
    else:
        edition = ScoreEdition(municipality=municipality, kind=kind.value, school_year=school_year)
        _store(edition, told, by)
        _move_drafts(sheets, edition)
    audit("score_criteria_written", edition, by=by, municipality_id=municipality.pk)
    return edition


def _check(told: EditionTold) -> None:
    if not told.criteria:
        raise CriteriaRefused(NOT_NOUGHT)
    top = sum(one.top for one in told.criteria)
    if told.high_from > top:
        raise CriteriaRefused(TOO_HIGH.format(high=told.high_from, top=top), "high_from")


def _store(edition: ScoreEdition, told: EditionTold, by: User | None) -> None:
    """What is no longer told is taken out, with the scores that drafts have for it."""
    edition.middle_from, edition.high_from, edition.source = told.middle_from, told.high_from, told.source
    edition.changed_at, edition.changed_by = timezone.now(), by
    edition.save()
    known = {criterion.code: criterion for criterion in edition.criteria.all()}
    codes = {one.code for one in told.criteria if one.code}
    new_codes = (f"own{number}" for number in count(1) if f"own{number}" not in {*known, *codes})
    edition.criteria.exclude(code__in=codes).delete()
    for position, one in enumerate(told.criteria, 1):
        code = one.code or next(new_codes)
        criterion = known.get(code) or ScoreCriterion(edition=edition, code=code)
        criterion.position, criterion.text, criterion.by_centre = position, one.text, one.by_centre
        criterion.scale = "\n".join(one.scale)
        criterion.save()


def _keep_scores_on_scale(edition: ScoreEdition) -> None:
    """A score that the scale has no longer is no score: somebody has to give it anew."""
    for criterion in edition.criteria.all():
        criterion.marks.filter(score__gt=criterion.top).update(score=None)
        criterion.marks.filter(suggested__gt=criterion.top).update(suggested=None)


def _move_drafts(drafts: QuerySet[ScoreSheet], edition: ScoreEdition) -> None:
    """With what was written under each code."""
    criteria = {criterion.code: criterion for criterion in edition.criteria.all()}
    for draft in list(drafts):
        for mark in draft.marks.select_related("criterion"):
            if mark.criterion.code in criteria:
                mark.criterion = criteria[mark.criterion.code]
                mark.save(update_fields=["criterion"])
            else:
                mark.delete()
        draft.edition, draft.version = edition, draft.version + 1
        draft.save()
    _keep_scores_on_scale(edition)
