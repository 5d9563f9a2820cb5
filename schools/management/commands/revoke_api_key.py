"""Takes a key of the REST API back."""

from argparse import ArgumentParser
from typing import Any

from accounts.commands import DONE, REFUSED, PortalCommand
from accounts.models import ApiKey
from schools.services.api_keys import revoke_api_key


class Command(PortalCommand):
    help = "revoke_api_key PREFIX: the part of a key before the dot, or the whole key"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("prefix", metavar="PREFIX")

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        prefix = options["prefix"].partition(".")[0]
        key = ApiKey.objects.filter(prefix=prefix).first()
        if key is None:
            return {"prefix": prefix, "revoked": False}, REFUSED
        revoke_api_key(key=key)
        return {"prefix": prefix, "revoked": True}, DONE

    def tell(self, answer: dict[str, Any]) -> None:
        if answer["revoked"]:
            self.stdout.write(f"Ключ {answer['prefix']} отозван.")
        else:
            self.stderr.write(f"Ключа {answer['prefix']} нет.")
