"""`manage.py identify --municipality SLUG --year 2020 [--json]`."""

from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from accounts.commands import DONE, PortalCommand, Refused, WrongUsage
from monitoring.identification.rule import Finding, ProcedureOfSchool, Verdict
from monitoring.queries.identification_rule import read_material, rule_in_force
from schools.context import YEARS_KNOWN_TO_THE_PORTAL
from schools.models import Category, Municipality
from schools.rest import decimal_text


class Command(PortalCommand):
    help = "What the identification rule of a school year proposes; its window ends with that year. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int, help="the school year, by the year it begins in")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        slug, year = options["municipality"], options["year"]
        if year not in YEARS_KNOWN_TO_THE_PORTAL:
            raise WrongUsage("Учебный год записан неверно; пример: --year 2020.")
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            raise Refused("unknown_municipality", f"Муниципалитета «{slug}» на портале нет.")
        rule = rule_in_force(municipality, year)
        material = read_material(municipality, year, [rule.parameters])
        findings = material.findings(rule.parameters)
        schools = [_school(school.public_code, findings[school.pk]) for school in material.schools]
        return {"school_year": year, "schools": schools}, DONE

    def tell(self, answer: dict[str, Any]) -> None:
        for school in answer["schools"]:
            low = f"процедур с результатами: {len(school['procedures'])}"
            self.stdout.write(f"{school['school']}: {school['category'] or '—'}; {low}")


def _school(code: str, finding: Finding[int]) -> dict[str, Any]:
    meets = finding.verdict is Verdict.MEETS
    return {
        "school": code,
        "procedures": [_procedure(one) for one in finding.procedures],
        "category": Category.LOW_RESULTS.value if meets else None,
    }


def _procedure(one: ProcedureOfSchool) -> dict[str, Any]:
    """The share in per cent, as over REST; null where it is not known."""
    share = one.share
    percent = None if share is None else Decimal(100 * share.numerator) / share.denominator
    return {
        "procedure": one.exam.procedure,
        "subject": one.exam.subject,
        "grade": one.exam.grade,
        "school_year": one.school_year,
        "participants": one.participants,
        "low": one.low,
        "share": None if percent is None else decimal_text(percent),
        "excluded": one.excluded,
    }
