"""Brings official spreadsheets in, through the very same code as the upload page, in the foreground."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.commands import DONE, REFUSED, PortalCommand, WrongUsage
from indicators.procedures import Attempt, Procedure, Wave
from indicators.subjects import SUBJECTS, subject_by_name
from monitoring.imports.cells import find_date
from monitoring.services.foreground import import_files
from schools.models import Municipality

OPTIONS = {
    "procedure": "vpr, oge, ege, gve, kdr …",
    "subject": "russian, mathematics, mathematics_base …",
    "grade": "grade of the paper",
    "date": "date of the exam, 2021-05-27 or 27.05.2021",
    "wave": "spring, autumn (ВПР)",
    "attempt": "first, resit",
    "year": "school year by the year it starts in: 2020 is 2020/2021",
}

WRONG = {
    "procedure": f"бывает {', '.join(Procedure)}",
    "subject": "такого предмета нет; пишут код (russian, mathematics…) или название",
    "grade": "класс — число от 1 до 12",
    "date": "дату пишут как 2021-05-27 или 27.05.2021",
    "wave": f"бывает {', '.join(Wave)}",
    "attempt": f"бывает {Attempt.FIRST}, {Attempt.RESIT}",
    "year": "учебный год называют годом его начала: 2020 — это 2020/2021",
}


def _checked(said: dict[str, str]) -> dict[str, Any]:
    """The options as the import takes them; WrongUsage names what each may be."""
    wrong = [f"--{name} {value}: {WRONG[name]}" for name, value in said.items() if not _is_understood(name, str(value))]
    if wrong:
        raise WrongUsage("\n".join(wrong))
    whole = {name: int(said[name]) for name in ("grade", "year") if name in said}
    return {**said, **whole}


def _is_understood(name: str, value: str) -> bool:
    match name:
        case "procedure":
            return value in set(Procedure)
        case "subject":
            return value in SUBJECTS or subject_by_name(value) is not None
        case "date":
            return find_date(value) is not None
        case "wave":
            return value in set(Wave)
        case "attempt":
            return value in (Attempt.FIRST, Attempt.RESIT)
        case "grade":
            return value.isdecimal() and 1 <= int(value) <= 12
        case _:
            return value.isdecimal() and 2000 <= int(value) <= 2100


class Command(PortalCommand):
    help = "import_results PATH… --municipality SLUG: files, folders, zips; all or nothing unless --store-clean"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        for name, text in OPTIONS.items():
            parser.add_argument(f"--{name}", help=f"fills what a file does not say: {text}")
        parser.add_argument("--preview", action="store_true", help="write nothing")
        parser.add_argument("--store-clean", action="store_true", help="write the files that have no errors")
        parser.add_argument("--replace-session", action="store_true", help="take away schools the files do not name")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            message = (
                f"Муниципалитета «{options['municipality']}» нет: сначала загрузите его школы командой import_schools."
            )
            problem = {"severity": "error", "code": "unknown_municipality", "message": message}
            return {"stored": False, "files": [], "problems": [problem]}, REFUSED
        answer = import_files(
            municipality=municipality,
            inputs=options["paths"],
            options=_checked({name: options[name] for name in OPTIONS if options[name] is not None}),
            preview=options["preview"],
            store_clean=options["store_clean"],
            replace_session=options["replace_session"],
        )
        clean = not any(problem["severity"] == "error" for file in answer["files"] for problem in file["problems"])
        return answer, DONE if clean else REFUSED

    def tell(self, answer: dict[str, Any]) -> None:
        for problem in answer.get("problems", ()):
            self.stderr.write(problem["message"])
        for file in answer["files"]:
            changes = ", ".join(f"{name} {count}" for name, count in file["changes"].items() if count)
            state = "записан" if file["stored"] else "не записан"
            self.stdout.write(f"{file['name']} [{file['layout'] or '—'}] {state}; {changes or 'изменений нет'}")
            for problem in file["problems"]:
                place = f"{problem['sheet']}!{problem['cell']}" if problem["cell"] else problem["sheet"]
                self.stderr.write(f"  {problem['severity']} {place} {problem['message']}")
