"""Municipalities, their schools, the yearly identification, and the risks of schools."""

from schools.models.places import (
    Category,
    Identification,
    IdentificationQuerySet,
    Municipality,
    MunicipalityQuerySet,
    PublishedCategory,
    School,
    SchoolAlias,
    SchoolQuerySet,
    alias_key,
    public_code_of,
)
from schools.models.risks import RiskFactor, SchoolRisk

__all__ = [
    "Category",
    "Identification",
    "IdentificationQuerySet",
    "Municipality",
    "MunicipalityQuerySet",
    "PublishedCategory",
    "RiskFactor",
    "School",
    "SchoolAlias",
    "SchoolQuerySet",
    "SchoolRisk",
    "alias_key",
    "public_code_of",
]
