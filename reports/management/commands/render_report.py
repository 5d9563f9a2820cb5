"""Draws a document from the data as they are, in the foreground; nothing is stored in the database."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.commands import DONE, PortalCommand, Refused, WrongUsage
from reports.formats import Format
from reports.kinds import KINDS, kind_of
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.rendering import draw
from schools.filters import school_is
from schools.models import Municipality, School
from schools.periods import Period


class Command(PortalCommand):
    help = "render_report KIND --municipality SLUG [--school CODE] --period P --format pdf|docx|xlsx --output FILE"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=Report.Kind.values, metavar="KIND", help=", ".join(Report.Kind.values))
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--school", metavar="CODE", help="for documents about one school, or of one")
        parser.add_argument("--period", required=True, help="2020, cy2021, 2021q1, 2021h1, 2023-05-31")
        parser.add_argument("--format", required=True, choices=[one.value for one in Format])
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        self._check_usage(options)
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise Refused("unknown_municipality", f"Муниципалитета «{options['municipality']}» на портале нет.")
        school = self._school(municipality, options["school"])
        format, output = Format(options["format"]), options["output"]
        kind = self._kind(options["kind"], format)
        try:
            content = draw(kind.freeze(municipality=municipality, period=options["period"], school=school), format)
            output.write_bytes(content)
        except ReportRefused as refusal:
            raise Refused("nothing_to_report", str(refusal)) from None
        except OSError:
            raise Refused("not_written", f"Файл «{output}» записать нельзя: проверьте папку и права.") from None
        answer = {
            "kind": kind.code.value,
            "municipality": municipality.slug,
            "school": school.public_code if school else None,
            "period": options["period"],
            "format": format.value,
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
        kind = KINDS.get(options["kind"])
        if kind and options["school"] and not kind.takes_school:
            raise WrongUsage(f"{kind.title}: документ составляется о муниципалитете, уберите --school.")
        if kind and kind.is_about_school and not options["school"]:
            raise WrongUsage(f"{kind.title}: документ составляется о школе, укажите --school КОД.")

    def _kind(self, code: str, format: Format) -> DocumentKind:
        try:
            kind = kind_of(code)
        except ReportRefused as refusal:
            raise Refused("not_yet", str(refusal)) from None
        if format not in kind.formats:
            known = kind.formats_in_words()
            raise Refused(
                "not_this_format", f"{kind.title}: {format} этого документа портал не готовит, возьмите {known}."
            )
        return kind

    def _school(self, municipality: Municipality, code: str | None) -> School | None:
        if code is None:
            return None
        school = municipality.schools.filter(school_is(code)).first()
        if school is None:
            raise Refused("unknown_school", f"Школы «{code}» в муниципалитете «{municipality.slug}» нет.")
        return school

    def tell(self, answer: dict[str, Any]) -> None:
        self.stdout.write(f"Записано: {answer['output']} ({answer['bytes']} байт, sha256 {answer['sha256']}).")
