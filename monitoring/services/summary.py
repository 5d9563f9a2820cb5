"""Changing the rule of the summary table."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.models import User, audit
from monitoring.models import SummaryRule
from schools.models import Municipality


@transaction.atomic
def change_summary_rule(
    *, municipality: Municipality, within: str, between: str, shown_only: Sequence[str], by: Any
) -> SummaryRule:
    """Keep how schools get into the table; the same again changes nothing."""
    fields = {"within": within, "between": between, "shown_only": sorted(shown_only)}
    known = SummaryRule.objects.filter(municipality=municipality).first()
    if known and all(getattr(known, name) == value for name, value in fields.items()):
        return known
    rule, _ = SummaryRule.objects.update_or_create(
        municipality=municipality, defaults=fields | {"changed_by": by if isinstance(by, User) else None}
    )
    audit("summary_rule_changed", rule, by=by, municipality_id=municipality.pk, **fields)
    return rule
