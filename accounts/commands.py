"""What the portal's commands share: `--json` alone on stdout, everything else on stderr, exit codes 0, 1, 2."""

import json
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


class WrongUsage(Exception):
    """The command was called wrongly; the text says what to correct."""


class Refused(Exception):
    """What was asked for cannot be done; the text says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PortalCommand(BaseCommand, ABC):
    """`work` returns what `--json` prints and the exit code; `tell` puts the same in words."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON alone on stdout")

    @abstractmethod
    def work(self, **options: Any) -> tuple[dict[str, Any], int]: ...

    @abstractmethod
    def tell(self, answer: dict[str, Any]) -> None: ...

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer, code = self.work(**options)
        except WrongUsage as error:
            self.stderr.write(str(error))
            sys.exit(WRONG_USAGE)
        except Refused as refusal:
            self._tell_refusal(refusal, options)
            sys.exit(REFUSED)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            self.tell(answer)
        if code:
            sys.exit(code)

    def _tell_refusal(self, refusal: Refused, options: dict[str, Any]) -> None:
        if options["json"]:
            problem = {"severity": "error", "code": refusal.code, "message": str(refusal)}
            self.stdout.write(json.dumps({"problems": [problem]}, ensure_ascii=False, indent=2))
        else:
            self.stderr.write(str(refusal))
