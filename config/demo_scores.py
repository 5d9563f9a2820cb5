"""The demonstration's score sheets: invented, of two school years in the towns that have lists of them. Made as people
make them, through the services, but for the days on which they were confirmed."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from config.programmes.fixtures import ROOT
from mentoring.models import ScoreSheet
from mentoring.queries.scoring import ScoreLine, scored_sheet
from mentoring.scores import Mended, SheetKind
from mentoring.services.score_criteria import begin_criteria
from mentoring.services.scores import MarkTold, begin_sheets, confirm_sheet, fill_sheet
from schools.models import Municipality

WHY = "По журналу методического центра (демонстрационные данные)"
CONCLUSION = "Демонстрационные данные: итоги обсуждены с административными командами школ."
DAY_OF_CONFIRMING = (10, 20)  # of the October after the year


@transaction.atomic
def load_demo_scores() -> int:
    """Sheets made; none in a town that has any, whatever people made of them since."""
    told = json.loads((ROOT / "demo_scores.json").read_text(encoding="utf-8"))
    lacks = told["shortcomings"]
    return sum(_load(slug, told[slug], lacks) for slug in told if slug not in ("source", "shortcomings"))


def _load(slug: str, told: Mapping[str, Any], lacks: Mapping[str, Sequence[str]]) -> int:
    municipality, by = Municipality.objects.get(slug=slug), User.objects.get(username=told["by"])
    if ScoreSheet.objects.filter(municipality=municipality).exists():
        return 0
    begin_criteria(municipality=municipality, school_year=told["years"][0]["school_year"], by=by)
    return sum(_year(municipality, of_year, lacks, by) for of_year in told["years"])


def _year(municipality: Municipality, told: Mapping[str, Any], lacks: Mapping[str, Sequence[str]], by: User) -> int:
    year, made = told["school_year"], 0
    for kind in SheetKind:
        for sheet in begin_sheets(municipality=municipality, kind=kind, school_year=year, by=by):
            name = sheet.school.code if sheet.school else kind.value
            scores = told["monitoring"].get(name) if sheet.school else told[kind.value]
            if scores is None:
                continue
            _fill(sheet, scores, lacks, by, is_draft=name in told.get("drafts", ()))
            made += 1
    return made


def _fill(
    sheet: ScoreSheet, scores: Sequence[int], lacks: Mapping[str, Sequence[str]], by: User, *, is_draft: bool
) -> None:
    lines = scored_sheet(sheet).lines
    told = {
        line.criterion.code: _mark(line, score, lacks if sheet.school_id else {})
        for line, score in zip(lines, scores, strict=True)
    }
    sheet = fill_sheet(sheet=sheet, told=told, conclusion=CONCLUSION, seen_version=sheet.version, by=by)
    if not is_draft:
        sheet = confirm_sheet(sheet=sheet, seen_version=sheet.version, by=by)
        sheet.confirmed_on = dt.date(sheet.school_year + 1, *DAY_OF_CONFIRMING)
        sheet.save()


def _mark(line: ScoreLine, score: int, lacks: Mapping[str, Sequence[str]]) -> MarkTold:
    """Nought has its shortcoming; one of the year before is mended as far as its score has risen."""
    shortcoming, cause = lacks[line.criterion.code] if score == 0 and lacks else ("", "")
    mended = ""
    if line.was_to_mend:
        mended = Mended.NO if score == 0 else Mended.YES if score == line.criterion.top else Mended.PARTLY
    why = WHY if score != (line.mark.suggested if line.mark else None) else ""
    return MarkTold(score=score, why=why, shortcoming=shortcoming, cause=cause, mended=mended)
