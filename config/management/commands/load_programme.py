"""Loads a municipal programme from `fixtures/`: lists, catalogue, targets, results; what is there stays as it is."""

from argparse import ArgumentParser
from typing import Any

from accounts.commands import DONE, REFUSED, PortalCommand
from config.programmes.fixtures import PROGRAMMES
from config.programmes.loading import load_programme

WORDS = {
    "schools": "школы",
    "programmes": "программа",
    "passports": "паспорт программы",
    "roadmaps": "дорожная карта",
    "decisions": "управленческие решения",
    "publications": "что должно быть опубликовано",
    "identifications": "идентификация",
    "risks": "рисковые профили школ",
    "objectivity": "отметки о необъективности",
    "statistics": "собранные сведения",
    "indicators": "показатели",
    "targets": "плановые значения",
    "pairings": "пары",
    "mentoring": "наставничество и практики",
    "score_criteria": "критерии листов оценки",
    "note_texts": "тексты записки",
    "spreadsheets": "таблицы результатов",
}


class Command(PortalCommand):
    help = "load_programme megion|vilyuysk|nazarovo|surgut|armavir|all"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("programme", choices=[*PROGRAMMES, "all"])
        parser.add_argument(
            "--without-results", action="store_true", help="all but the results and the values they give"
        )

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        slugs = PROGRAMMES if options["programme"] == "all" else (options["programme"],)
        loaded = [load_programme(slug, with_results=not options["without_results"]) for slug in slugs]
        answer = {"programmes": [programme.to_json() for programme in loaded]}
        return answer, DONE if all(programme.is_loaded for programme in loaded) else REFUSED

    def tell(self, answer: dict[str, Any]) -> None:
        for programme in answer["programmes"]:
            if programme["problem"]:
                self.stderr.write(f"{programme['programme']}: {programme['problem']}")
            else:
                self.stdout.write(f"{programme['programme']}: {_in_words(programme['added'])}")


def _in_words(added: dict[str, int]) -> str:
    new = [f"{WORDS[what]} — {count}" for what, count in added.items() if count]
    return f"добавлено: {', '.join(new)}." if new else "всё уже загружено, ничего не изменилось."
