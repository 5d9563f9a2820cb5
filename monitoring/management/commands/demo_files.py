"""Writes the demonstration's spreadsheets into a folder, to be dropped on the upload page like any others."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.commands import DONE, PortalCommand, WrongUsage
from monitoring.demo.files import write_demo_files


class Command(PortalCommand):
    help = "demo_files OUTPUT_FOLDER [--municipality nazarovo]: invented results in the official layouts"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, metavar="OUTPUT_FOLDER")
        parser.add_argument("--municipality", default="nazarovo", metavar="SLUG")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        fixtures, folder = settings.BASE_DIR / "fixtures" / options["municipality"], options["folder"]
        if not (fixtures / "results").is_dir():
            raise WrongUsage(f"Демонстрационных результатов муниципалитета «{options['municipality']}» нет.")
        if folder.exists() and not folder.is_dir():
            raise WrongUsage(f"«{folder}» — не папка: укажите папку, в которую записать таблицы.")
        written = write_demo_files(fixtures, folder)
        return {"folder": str(folder), "files": [path.relative_to(folder).as_posix() for path in written]}, DONE

    def tell(self, answer: dict[str, Any]) -> None:
        for name in answer["files"]:
            self.stdout.write(name)
        self.stdout.write(f"Записано таблиц: {len(answer['files'])}, папка: {answer['folder']}")
