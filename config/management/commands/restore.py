"""Restores what `backup` wrote into an empty portal: all of it, compared with the backup, or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.commands import DONE, PortalCommand
from config.backup.restoring import check_backup, restore_backup


class Command(PortalCommand):
    help = "restore FILE [--check]: the portal as it was when `backup` wrote FILE; only into an empty one"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true", help="only read the backup and compare its checksums")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        if options["check"]:
            manifest = check_backup(options["file"])
            return {"restored": False, **manifest.about(), **manifest.counts()}, DONE
        restored = restore_backup(options["file"])
        under_way = {"ended_uploads": restored.settled.uploads, "queued_jobs": restored.settled.jobs}
        return {"restored": True, **restored.manifest.about(), **restored.manifest.counts(), **under_way}, DONE

    def tell(self, answer: dict[str, Any]) -> None:
        counted = f"таблиц — {answer['tables']}, строк — {answer['rows']}, файлов — {answer['files']}"
        made = f"сделана {answer['made_at']} порталом версии {answer['portal']}"
        if not answer["restored"]:
            self.stdout.write(f"Копия цела: {made}; {counted}.")
            return
        self.stdout.write(f"Портал восстановлен, всё сверено с копией ({made}): {counted}.")
        if answer["ended_uploads"]:
            self.stdout.write(f"Незаписанных загрузок — {answer['ended_uploads']}: их файлы нужно загрузить ещё раз.")
        if answer["queued_jobs"]:
            self.stdout.write(f"Прерванных работ — {answer['queued_jobs']}: портал выполнит их, когда запустится.")
