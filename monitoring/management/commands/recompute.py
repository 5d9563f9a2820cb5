"""`manage.py recompute --municipality SLUG [--check] [--json]`."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from accounts.commands import DONE, REFUSED, PortalCommand, Refused
from accounts.jobs import JobRefused
from indicators.engine import recompute
from indicators.engine.measured import BrokenIndicator
from indicators.services.recompute import recompute_now
from schools.models import Municipality


class Command(PortalCommand):
    help = "Recomputes all values of a municipality; with --check writes nothing and exits 1 when a stored one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a stored value differs")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        slug = options["municipality"]
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            raise Refused("unknown_municipality", f"Муниципалитета «{slug}» на портале нет.")
        try:
            if options["check"]:
                outcome = recompute(municipality.pk, check=True)
            else:
                outcome = recompute_now(municipality_id=municipality.pk)
        except (JobRefused, BrokenIndicator) as refusal:
            raise Refused("not_recomputed", str(refusal)) from None
        answer = {"municipality": slug, "check": options["check"], **(asdict(outcome) if outcome else {})}
        return answer, REFUSED if outcome and outcome.differences else DONE

    def tell(self, answer: dict[str, Any]) -> None:
        for difference in answer.get("differences", ()):
            where = difference["school"] or "муниципалитет"
            self.stdout.write(
                f"{difference['indicator']} {difference['period']}, {where}: "
                f"записано {difference['stored']}, получается {difference['fresh']}"
            )
        if answer["check"]:
            self.stdout.write(f"Проверено значений: {answer['checked']}, расходится: {len(answer['differences'])}.")
        elif "checked" in answer:
            self.stdout.write(
                f"Посчитано значений: {answer['checked']}, записано: {answer['written']}, убрано: {answer['deleted']}."
            )
        else:
            self.stdout.write("Значения пересчитал фоновый процесс.")
