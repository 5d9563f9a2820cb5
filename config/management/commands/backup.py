"""Copies the whole portal, database and files, into one file; the portal may go on working."""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accounts.commands import DONE, REFUSED, PortalCommand
from config.backup.making import make_backup

ENDED_BY_SIGTERM = 128 + signal.SIGTERM  # as a shell tells it


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """SIGTERM leaves nothing half made, as an error does not."""

    def stop(*_: object) -> None:
        sys.exit(ENDED_BY_SIGTERM)

    usual = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


class Command(PortalCommand):
    help = "backup FILE: the whole portal in one file, database and stored files; restore FILE brings it back"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        path = options["file"].absolute()
        with stopped_in_order():
            manifest = make_backup(path)
        problems = [
            {"severity": "error", "code": "missing_file", "message": f"Нет файла {place}, хотя портал его называет."}
            for place in manifest.missing
        ]
        answer = {"file": str(path), "bytes": path.stat().st_size, **manifest.counts(), "problems": problems}
        return answer, REFUSED if problems else DONE

    def tell(self, answer: dict[str, Any]) -> None:
        self.stdout.write(
            f"Копия записана: {answer['file']}. Таблиц — {answer['tables']}, строк — {answer['rows']}, "
            f"файлов — {answer['files']}. Храните её отдельно от сервера, а SECRET_KEY — отдельно от неё."
        )
        for problem in answer["problems"]:
            self.stderr.write(problem["message"])
        if answer["problems"]:
            self.stderr.write(
                "Копия годна и без этих файлов. Если во время копирования отзывали загрузки, сделайте её ещё раз."
            )
