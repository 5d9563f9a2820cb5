"""`manage.py audit_values --municipality SLUG [--json]`."""

from argparse import ArgumentParser
from typing import Any

from accounts.commands import DONE, REFUSED, PortalCommand, Refused
from accounts.jobs import JobRefused
from monitoring.models import ValueDifference
from monitoring.services.audit import audit_now
from schools.models import Municipality


class Command(PortalCommand):
    help = "Works all values of a municipality out a second time, by other means; exits 1 when a stored one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--municipality", required=True, metavar="SLUG")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        slug = options["municipality"]
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            raise Refused("unknown_municipality", f"Муниципалитета «{slug}» на портале нет.")
        try:
            audit = audit_now(municipality=municipality)
        except JobRefused as refusal:
            raise Refused("not_audited", str(refusal)) from None
        found = ValueDifference.objects.filter(municipality=municipality).open().select_related("indicator", "school")
        differences = [
            {
                "indicator": one.indicator.code,
                "school": one.school.public_code if one.school else None,
                "period": one.period,
                "field": one.field,
                "stored": one.stored or None,
                "expected": one.expected or None,
            }
            for one in found
        ]
        answer = {"municipality": slug, "checked": audit.values, "differences": differences}
        return answer, REFUSED if differences else DONE

    def tell(self, answer: dict[str, Any]) -> None:
        for one in answer["differences"]:
            where = one["school"] or "муниципалитет"
            self.stdout.write(
                f"{one['indicator']} {one['period']}, {where}, {one['field']}: "
                f"записано {one['stored']}, должно быть {one['expected']}"
            )
        self.stdout.write(f"Сверено значений: {answer['checked']}, расхождений: {len(answer['differences'])}.")
