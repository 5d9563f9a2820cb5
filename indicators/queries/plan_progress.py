"""Progress of stored numbers: a value against a baseline and a target as the database has them."""

from decimal import Decimal
from fractions import Fraction

from indicators.calculations.progress import Progress, progress_of
from indicators.models import Baseline, Indicator, Target

# What is worth a word beside a value; that something is missing is told where the plan is.
MEASURED = frozenset({"exceeded", "fulfilled", "under_way", "still", "worsened", "kept", "not_kept", "other_version"})


def measured_progress(
    indicator: Indicator, value: Decimal | None, baseline: Baseline | None, target: Target | None, version: int | None
) -> Progress:
    """Any of them may be missing. `version` is that of the definition by which the value is worked out.

    Figures of two definitions lie on no common way: nothing is measured between them until somebody confirms the plan
    for the later version, or sets it anew.
    """
    found = progress_of(
        value=_exact(value),
        baseline=_exact(baseline.value) if baseline else None,
        target=_exact(target.value) if target else None,
        direction=indicator.better,
    )
    planned = (baseline, target)
    is_of_other = version is not None and any(row is not None and row.version < version for row in planned)
    return Progress("other_version") if is_of_other and found.kind in MEASURED else found


def _exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)
