"""Versions of a definition: each indicator keeps all that it has been, so that old values keep theirs."""

import datetime as dt
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from indicators.models import PASSPORT, Indicator, IndicatorVersion

DEFINITION = ("formula", "population", "direction")  # what a value depends on, besides its unit


def keep_version(
    indicator: Indicator, *, valid_from: dt.date | None = None, reason: str = "", by: Any = None
) -> IndicatorVersion:
    """Write the indicator's definition down under its present number, in the caller's transaction.

    A number that is written already is brought to what the indicator says now: its texts may be corrected without a
    new version, its formula not, for then the number is a new one.
    """
    fields: dict[str, Any] = {name: getattr(indicator, name) for name in DEFINITION}
    fields["passport"] = passport_json(indicator)
    made = {"valid_from": valid_from, "reason": reason, "created_by": by if isinstance(by, User) else None}
    version, _ = IndicatorVersion.objects.update_or_create(
        indicator=indicator, number=indicator.version, defaults=fields, create_defaults=fields | made
    )
    return version


def passport_json(indicator: Indicator) -> dict[str, Any]:
    """The texts of the passport as JSON keeps them."""
    texts = {name: getattr(indicator, name) for name in PASSPORT}
    return dict(json.loads(json.dumps(texts, cls=DjangoJSONEncoder)))
