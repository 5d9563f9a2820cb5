"""Progress of stored numbers: a value against a baseline and a target as the database has them."""

from decimal import Decimal
from fractions import Fraction

from indicators.calculations.progress import Progress, progress_of
from indicators.models import Baseline, Indicator, Target

# What is worth a word beside a value; that something is missing is told where the plan is.
MEASURED = frozenset({"exceeded", "fulfilled", "under_way", "still", "worsened", "kept", "not_kept"})


def measured_progress(
    indicator: Indicator, value: Decimal | None, baseline: Baseline | None, target: Target | None
) -> Progress:
    """Any of them may be missing."""
    return progress_of(
        value=_exact(value),
        baseline=_exact(baseline.value) if baseline else None,
        target=_exact(target.value) if target else None,
        direction=indicator.direction,  # type: ignore[arg-type]
    )


def _exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)
