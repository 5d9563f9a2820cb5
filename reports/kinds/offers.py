"""What somebody may prepare now: kinds of documents, and the periods that there are data for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.access import Permission
from reports.access import seen_with
from reports.kinds import KINDS
from reports.kinds.base import DocumentKind
from schools.models import Municipality, School
from schools.periods import Period


@dataclass(frozen=True)
class Offers:
    kinds: tuple[DocumentKind, ...]
    periods: dict[str, list[str]]  # by kind, latest first
    schools: QuerySet[School]

    @property
    def all_periods(self) -> list[str]:
        return sorted({code for codes in self.periods.values() for code in codes}, key=Period.parse, reverse=True)

    @property
    def are_about_schools(self) -> bool:
        return any(kind.takes_school for kind in self.kinds)


def offers_to(user: Any, municipality: Municipality) -> Offers:
    """Nothing to somebody who prepares no documents here."""
    kinds = may_prepare(user, municipality)
    periods = {kind.code.value: kind.periods(municipality) for kind in kinds}
    return Offers(
        kinds=tuple(kind for kind in kinds if periods[kind.code]),
        periods=periods,
        schools=School.objects.filter(municipality=municipality),
    )


def may_prepare(user: Any, municipality: Municipality) -> Iterable[DocumentKind]:
    if not municipality.allows(user, Permission.REPORT_CREATE):
        return ()
    return tuple(kind for code, kind in KINDS.items() if municipality.allows(user, seen_with(code)))
