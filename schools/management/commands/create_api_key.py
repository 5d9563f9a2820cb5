"""Gives a program a key to the REST API; the key is printed once and kept nowhere."""

from argparse import ArgumentParser
from typing import Any

from accounts.access import Role
from accounts.commands import DONE, PortalCommand, Refused, WrongUsage
from schools.filters import school_is
from schools.models import Municipality
from schools.services.api_keys import KeyRefused, create_api_key


class Command(PortalCommand):
    help = "create_api_key --municipality SLUG [--school CODE] --role ROLE: prints {key, role, municipality, school}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--school", metavar="CODE", help="one school, by code or login")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise Refused("unknown_municipality", f"Муниципалитета «{options['municipality']}» на портале нет.")
        school = None
        if options["school"] is not None:
            school = municipality.schools.filter(school_is(options["school"])).first() if options["school"] else None
            if school is None:
                raise Refused("unknown_school", f"Школы «{options['school']}» в муниципалитете нет.")
        try:
            _, text = create_api_key(role=Role(options["role"]), municipality=municipality, school=school)
        except KeyRefused as refusal:
            raise WrongUsage(str(refusal)) from None
        answer = {
            "key": text,
            "role": options["role"],
            "municipality": municipality.slug,
            "school": school.public_code if school else None,
        }
        return answer, DONE

    def tell(self, answer: dict[str, Any]) -> None:
        place = f"школа {answer['school']}" if answer["school"] else "весь муниципалитет"
        self.stdout.write(f"Ключ: {answer['key']}")
        self.stdout.write(f"Роль: {Role(answer['role']).label}, {answer['municipality']}, {place}.")
        self.stdout.write("Сохраните ключ: портал покажет его только один раз. Заголовок: Authorization: Api-Key КЛЮЧ")
