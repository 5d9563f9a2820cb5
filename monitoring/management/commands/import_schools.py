"""Brings in a municipality's list of schools; makes the municipality when it is new."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.commands import DONE, REFUSED, PortalCommand, WrongUsage
from indicators.services.recompute import recompute_now
from schools.models import Municipality
from schools.school_list import read_school_list
from schools.services import SchoolImport, import_schools
from schools.tables import UnreadableTable


class Command(PortalCommand):
    help = "a list of schools, CSV or XLSX with code;login;name[;parent_code;kind] or логин;имя;регион"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--name", help="the municipality's name, when it is new")
        parser.add_argument("--region", help="its region")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        path, slug = options["file"], options["municipality"]
        if not path.is_file():
            raise WrongUsage(f"Файла «{path.name}» нет: проверьте путь.")
        if not re.fullmatch(r"[a-z0-9_-]+", slug):
            raise WrongUsage("Краткое имя муниципалитета пишется латинскими строчными буквами, цифрами, «-» и «_».")
        try:
            rows, problems, region = read_school_list(path.read_bytes(), path.name)
        except UnreadableTable as error:
            rows, region = [], ""
            problems = [_unreadable(str(error))]
        outcome = SchoolImport(problems=problems)
        if not problems:
            with transaction.atomic():
                outcome = self._bring_in(slug, options, rows, region)
                if outcome.problems:
                    transaction.set_rollback(True)
        if outcome.added and not outcome.problems:
            recompute_now(municipality_id=Municipality.objects.get(slug=slug).pk)
        answer = {
            "municipality": slug,
            "added": outcome.added,
            "changed": outcome.changed,
            "same": outcome.same,
            "problems": outcome.problems,
        }
        return answer, REFUSED if outcome.problems else DONE

    def _bring_in(self, slug: str, options: dict[str, Any], rows: list, region: str) -> SchoolImport:
        municipality, _ = Municipality.objects.get_or_create(
            slug=slug, defaults={"name": options["name"] or region or slug, "region": options["region"] or ""}
        )
        new = {field: options[field] for field in ("name", "region") if options[field]}
        if new:
            Municipality.objects.filter(pk=municipality.pk).update(**new)
        return import_schools(municipality=municipality, rows=rows, recompute_later=False)

    def tell(self, answer: dict[str, Any]) -> None:
        for problem in answer["problems"]:
            self.stderr.write(f"{problem['cell']}: {problem['message']}")
        if answer["problems"]:
            self.stderr.write("Ничего не записано: исправьте список и загрузите его снова.")
        else:
            self.stdout.write(
                f"Добавлено школ: {answer['added']}, дополнено: {answer['changed']}, без изменений: {answer['same']}."
            )


def _unreadable(message: str) -> dict[str, str]:
    return {"severity": "error", "code": "unreadable", "sheet": "", "cell": "", "value": "", "message": message}
