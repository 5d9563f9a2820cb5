"""Takes in the official yearly list of schools with signs of results that are not objective (`bias.xlsx`)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.commands import DONE, REFUSED, PortalCommand, Refused, WrongUsage
from indicators.services.recompute import recompute_now
from monitoring.imports.objectivity_list import CheckedList, check_objectivity_list
from monitoring.jobs.checking import directory_of
from monitoring.services.objectivity import ComparedList, compare_list, take_objectivity_list
from schools.models import Municipality
from schools.tables import UnreadableTable, read_table

PROBLEM_FIELDS = ("severity", "code", "sheet", "cell", "value", "message")


class Command(PortalCommand):
    help = "import_objectivity FILE --municipality SLUG: the official list, all or nothing; twice changes nothing"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--preview", action="store_true", help="write nothing")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        path: Path = options["file"]
        if not path.is_file():
            raise WrongUsage(f"Файла «{path.name}» нет: проверьте путь.")
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            message = f"Муниципалитета «{options['municipality']}» нет: загрузите его школы командой import_schools."
            raise Refused("unknown_municipality", message)
        try:
            table = read_table(path.read_bytes(), path.name)
        except UnreadableTable as error:
            raise Refused("unreadable", str(error)) from None
        places = (municipality.name, municipality.full_name)
        checked = check_objectivity_list(table, directory_of(municipality.pk), places)
        compared = compare_list(municipality.pk, checked.marks)
        stored = not checked.is_refused and not options["preview"]
        if stored:
            self._take(municipality, checked, path.name)
        answer = _answer(path.name, checked, compared, stored=stored)
        return answer, REFUSED if checked.is_refused else DONE

    def _take(self, municipality: Municipality, checked: CheckedList, file_name: str) -> None:
        outcome = take_objectivity_list(
            municipality=municipality,
            marks=checked.marks,
            file_name=file_name,
            sheet=checked.sheet,
            by=None,
            recompute_later=False,
        )
        if outcome.scope:
            recompute_now(municipality_id=municipality.pk, scope=outcome.scope)

    def tell(self, answer: dict[str, Any]) -> None:
        for problem in answer["problems"]:
            self.stderr.write(f"{problem['severity']} {problem['cell']}: {problem['message']}")
        changes, skipped = answer["changes"], answer["skipped"]
        self.stdout.write(
            f"{answer['file']} {'записан' if answer['stored'] else 'не записан'}; новых отметок: {changes['new']}, "
            f"уже отмечено: {changes['same']}, снято раньше: {changes['lifted']}. Школ в списке: {answer['schools']}, "
            f"строк других муниципалитетов: {skipped['rows']}."
        )


def _answer(name: str, checked: CheckedList, compared: ComparedList, *, stored: bool) -> dict[str, Any]:
    return {
        "stored": stored,
        "file": name,
        "sheet": checked.sheet,
        "rows": checked.rows,
        "schools": len(checked.schools),
        "skipped": {"rows": checked.skipped_rows, "municipalities": dict(checked.skipped)},
        "changes": {"new": len(compared.new), "same": len(compared.same), "lifted": len(compared.lifted)},
        "problems": [{name: getattr(problem, name) for name in PROBLEM_FIELDS} for problem in checked.problems],
    }
