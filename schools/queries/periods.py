"""Periods as conditions on rows."""

from django.db.models import Q


def period_in_school_year(year: int) -> Q:
    """Rows whose `period` belongs to the school year, as `Period.school_year` says."""
    codes = [f"{year}", f"cy{year + 1}", f"{year}q3", f"{year}q4", f"{year + 1}q1", f"{year + 1}q2"]
    codes += [f"{year}h2", f"{year + 1}h1"]
    return Q(period__in=codes) | Q(period__contains="-", period__gte=f"{year}-08-01", period__lte=f"{year + 1}-07-31")
