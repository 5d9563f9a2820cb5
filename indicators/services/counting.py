"""Which records of the portal count in the values, and when the values have to be worked out anew for them."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from indicators.engine.measured import BrokenIndicator, read_indicators
from indicators.models import CountedUpTo
from indicators.records import DAY, FIRST_DAY, Stretch, counted_up_to, registered
from indicators.services.recompute import request_recompute
from schools.models import Municipality
from schools.periods import year_of_plans

logger = logging.getLogger(__name__)


def count_days_that_are_over(now: dt.datetime) -> None:
    """Wherever a new day has begun, by the municipality's clock. What goes wrong in one municipality stops no other,
    and is tried again the next time."""
    for municipality in Municipality.objects.order_by("pk"):
        try:
            count_up_to(municipality=municipality, day=now.astimezone(municipality.zone).date() - DAY)
        except Exception:
            logger.exception("records of municipality %s were not counted", municipality.pk)


@transaction.atomic
def count_up_to(*, municipality: Municipality, day: dt.date, recompute_later: bool = True) -> bool:
    """Have the records up to this day count, and the values recomputed. Whether the day moved: it stays where nothing
    that indicators look at counts on the days since, because then no value is another one, and it never goes back."""
    Municipality.objects.lock(municipality.pk)
    counted = CountedUpTo.objects.filter(municipality=municipality).first()
    since = counted.day + DAY if counted else FIRST_DAY
    looked_at = _looked_at(municipality.pk, {kind.code for kind, _ in registered()})
    keepers = {kind.code: keeper for kind, keeper in registered() if kind.code in looked_at}
    years = {year for keeper in keepers.values() for year in keeper.years(municipality.pk, Stretch(since, day))}
    if counted and not years:
        return False
    if counted:  # values of a year that was running say another day now, or none
        years |= set(range(year_of_plans(counted.day), year_of_plans(day) + 1))
    CountedUpTo.objects.update_or_create(municipality=municipality, defaults={"day": day})
    if years and recompute_later:
        _request(municipality.pk, {(kind, year) for kind in keepers for year in years})
    return True


def records_changed(
    *,
    municipality: Municipality,
    kinds: Collection[str],
    stretches: Iterable[Stretch],
    schools: Collection[int] = (),
    by: Any = None,
) -> None:
    """Have the values recomputed that records of these kinds and days can touch, in the transaction that changed them.
    `schools` are those whose records changed, where nobody else's did and none came or went.

    Of days that are over: what comes later is counted when it comes to it. The day may be over and not counted yet
    while somebody else begins to count it."""
    counted = counted_up_to(municipality.pk)
    if counted is None:
        return
    last_over = max(counted, timezone.localdate(timezone=municipality.zone) - DAY)
    years = {
        year
        for first, last in stretches
        if first <= last_over
        for year in range(year_of_plans(first), year_of_plans(min(last, last_over)) + 1)
    }
    _request(municipality.pk, {(kind, year) for kind in kinds for year in years}, schools, by)


def pairs_changed(*, municipality: Municipality, stretches: Iterable[Stretch], by: Any = None) -> None:
    """Have the values recomputed whose population is a side of the pairs that ran on these days before or run now. Such
    a population is that of the whole period, so that days ahead matter too; nothing is counted of later years."""
    last_year = year_of_plans(timezone.localdate(timezone=municipality.zone)) + 1
    years = {
        year
        for first, last in stretches
        for year in range(year_of_plans(first), min(year_of_plans(last), last_year) + 1)
    }
    if years and _are_populations(municipality.pk):
        request_recompute(municipality_id=municipality.pk, by=by, scope={"pairs": sorted(years)})


def _are_populations(municipality_id: int) -> bool:
    try:
        return any(one.looks_at_pairs for one in read_indicators(municipality_id))
    except BrokenIndicator:
        return True  # the recompute says so where people see it


def _request(
    municipality_id: int, records: set[tuple[str, int]], schools: Collection[int] = (), by: Any = None
) -> None:
    """Nothing is worked out where no indicator looks at such records."""
    kinds = _looked_at(municipality_id, {kind for kind, _ in records}) if records else frozenset()
    if kinds:
        asked = [[kind, year] for kind, year in sorted(records) if kind in kinds]
        scope = {"records": asked, "schools": sorted(schools)}
        request_recompute(municipality_id=municipality_id, by=by, scope=scope)


def _looked_at(municipality_id: int, kinds: Collection[str]) -> frozenset[str]:
    """Of these kinds of records; one query."""
    try:
        indicators = read_indicators(municipality_id)
    except BrokenIndicator:
        return frozenset(kinds)  # the recompute says so where people see it
    return frozenset(kinds) & frozenset().union(*(one.looks_at.records for one in indicators))
