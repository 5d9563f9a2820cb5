"""Draws a document from the data as they are, in the foreground; nothing is stored in the database."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.commands import DONE, PortalCommand, Refused, WrongUsage
from reports.models import Report
from reports.rendering import note_pdf
from reports.services import ReportRefused, freeze
from schools.models import Municipality
from schools.periods import Period

KINDS = (
    "analytical_note",
    "school_passport",
    "summary_table",
    "targets_table",
    "roadmap",
    "project_report",
    "mentoring",
    "identification",
    "campaign",
)
FORMATS = ("pdf", "docx", "xlsx")


class Command(PortalCommand):
    help = "render_report KIND --municipality SLUG [--school CODE] --period P --format pdf|docx|xlsx --output FILE"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--school", metavar="CODE", help="for documents about one school")
        parser.add_argument("--period", required=True, help="2020, cy2021, 2021q1, 2021h1, 2023-05-31")
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        self._check_usage(options)
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise Refused("unknown_municipality", f"Муниципалитета «{options['municipality']}» на портале нет.")
        kind, period, output = options["kind"], options["period"], options["output"]
        if kind != Report.Kind.ANALYTICAL_NOTE or options["format"] != "pdf":
            raise Refused(
                "not_yet", "Портал пока готовит только аналитическую записку (analytical_note) в формате pdf."
            )
        try:
            content = note_pdf(freeze(municipality=municipality, kind=kind, period=period))
            output.write_bytes(content)
        except ReportRefused as refusal:
            raise Refused("nothing_to_report", str(refusal)) from None
        except OSError:
            raise Refused("not_written", f"Файл «{output}» записать нельзя: проверьте папку и права.") from None
        answer = {
            "kind": kind,
            "municipality": municipality.slug,
            "school": None,
            "period": period,
            "format": "pdf",
            "output": str(output),
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return answer, DONE

    def _check_usage(self, options: dict[str, Any]) -> None:
        try:
            Period.parse(options["period"])
        except ValueError as error:
            raise WrongUsage(str(error)) from None
        if options["school"] and options["kind"] == Report.Kind.ANALYTICAL_NOTE:
            raise WrongUsage("Аналитическая записка составляется о муниципалитете: уберите --school.")

    def tell(self, answer: dict[str, Any]) -> None:
        self.stdout.write(f"Записано: {answer['output']} ({answer['bytes']} байт, sha256 {answer['sha256']}).")
