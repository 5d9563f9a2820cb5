"""Makes a user with a role; the first official of a municipality comes to the portal this way."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.access import Role
from accounts.commands import DONE, REFUSED, PortalCommand, WrongUsage
from accounts.models import Membership, User
from accounts.services import PersonRefused, create_user
from schools.filters import school_is
from schools.models import Municipality


class Command(PortalCommand):
    help = "create_user --username NAME --role ROLE --municipality SLUG [--school CODE] [--password-stdin] …"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", default="")
        parser.add_argument("--name", default="", help="surname, name, patronymic")
        parser.add_argument("--position", default="")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--school", metavar="CODE", help="one school, by code or login")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of stdin; without it one is set by the reset page",
        )

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        if not options["password_stdin"] and not options["email"]:
            raise WrongUsage("Укажите --email, чтобы человек задал пароль по письму, или передайте --password-stdin.")
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        try:
            if options["password_stdin"]:
                validate_password(password or "", User(username=options["username"], email=options["email"]))
            membership = _created(options, password)
        except ValidationError as error:
            return {"problems": [_problem("weak_password", message) for message in error.messages]}, REFUSED
        except PersonRefused as refusal:
            return {"problems": [_problem("refused", str(refusal))]}, REFUSED
        return {
            "username": membership.user.username,
            "role": membership.role,
            "municipality": options["municipality"],
            "school": membership.school.public_code if membership.school else None,
        }, DONE

    def tell(self, answer: dict[str, Any]) -> None:
        for problem in answer.get("problems", ()):
            self.stderr.write(problem["message"])
        if "username" in answer:
            self.stdout.write(f"Пользователь «{answer['username']}» создан, роль: {Role(answer['role']).label}.")


def _created(options: dict[str, Any], password: str | None) -> Membership:
    municipality = Municipality.objects.filter(slug=options["municipality"]).first()
    if municipality is None:
        raise PersonRefused(f"Муниципалитета «{options['municipality']}» на портале нет.")
    school = None
    if options["school"]:
        school = municipality.schools.filter(school_is(options["school"])).first()
        if school is None:
            raise PersonRefused(f"Школы «{options['school']}» в муниципалитете нет.")
    return create_user(
        username=options["username"],
        email=options["email"],
        full_name=options["name"],
        position=options["position"],
        password=password,
        role=Role(options["role"]),
        municipality_id=municipality.pk,
        school_id=school.pk if school else None,
    )


def _problem(code: str, message: str) -> dict[str, str]:
    return {"severity": "error", "code": code, "message": message}
