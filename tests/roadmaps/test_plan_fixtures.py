"""The plans of `fixtures/` word for word against their documents, with the names of people taken out.

The documents lie beside the project; what compares with them is skipped where they are absent.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from roadmaps.plans.deadlines import Deadline, read_deadline
from roadmaps.plans.rows import Plan
from roadmaps.plans.stored import plan_from_json

FIXTURES = settings.BASE_DIR / "fixtures"
DOCUMENTS = Path(__file__).resolve().parents[3] / "shared" / "programmes"
beside_documents = pytest.mark.skipif(not DOCUMENTS.exists(), reason="the documents lie beside the project, not in it")

PLANS = ("megion/roadmap", "vilyuysk/roadmap", "surgut/roadmap", "nazarovo/next_year", "armavir/directions")
SURNAME_FIRST = re.compile(r"[А-ЯЁ][а-яё]+ [А-ЯЁ]\. ?[А-ЯЁ]\.")
INITIALS_FIRST = re.compile(r"[А-ЯЁ]\. ?[А-ЯЁ]\. ?[А-ЯЁ][а-яё]+")


def read(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def plan(name: str) -> Plan:
    return plan_from_json(read(name))


def document(name: str, since: str, until: str) -> str:
    """The part of a document from one phrase to before another, without marks of the word processor."""
    text = (DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8")
    text = text[text.index(since) :]
    return re.sub(r"\[bookmark:[^\]]*\]", "", text[: text.index(until)])


def bare(text: str) -> str:
    """Without spaces, line breaks and the commas between the responsible."""
    return re.sub(r"[\s,]+", "", text)


def walk(text: str, cells: Iterable[str]) -> None:
    """Every word of the document is in the cells, in its order, and no other."""
    rest = bare(text)
    for cell in cells:
        assert rest.startswith(bare(cell)), f"{cell!r}, and the document has {rest[:200]!r}"
        rest = rest.removeprefix(bare(cell))
    assert rest == ""


def cells_of(plan: Plan) -> Iterable[str]:
    """The table as it is printed: headers, headings, rows with their cells in the order of the columns."""
    columns = [name for name, _ in plan.columns]
    yield from (header for _, header in plan.columns)
    for section in plan.sections:
        yield from (section.number, section.title)
        for row in section.rows:
            for column in columns:
                value = getattr(row, column, "")
                yield ",".join(value) if isinstance(value, tuple) else value


def without_names(text: str) -> str:
    """«Ответственное лицо 1» and on, in the order in which the document names them."""
    numbers: dict[str, int] = {}

    def person(match: re.Match[str]) -> str:
        return f"Ответственное лицо {numbers.setdefault(bare(match[0]), len(numbers) + 1)}"

    return SURNAME_FIRST.sub(person, text)


@pytest.mark.parametrize(
    ("name", "levels", "counts"),
    [
        ("megion/roadmap", [1, 1, 1], [9, 9, 11]),
        ("vilyuysk/roadmap", [1, 1, 1, 2, 2, 2, 2, 1, 1], [8, 2, 0, 3, 12, 3, 2, 8, 2]),
        ("surgut/roadmap", [1, 1, 1], [5, 4, 3]),
        ("nazarovo/next_year", [1], [6]),
        ("armavir/directions", [1, 1], [6, 10]),
    ],
)
def test_sections_and_rows_are_those_of_the_document(name: str, levels: list[int], counts: list[int]):
    sections = plan(name).sections
    assert [section.level for section in sections] == levels
    assert [len(section.rows) for section in sections] == counts


def test_numbers_are_as_printed():
    numbers = [row.number for row in plan("megion/roadmap").rows]
    printed = [f"{module}.{row}" for module, rows in ((1, 9), (2, 9), (3, 11)) for row in range(1, rows + 1)]
    assert numbers == [number.replace("3.6", "3.6.") for number in printed]
    numbers = [row.number for row in plan("vilyuysk/roadmap").rows]
    assert numbers == [*(f"{number}." for number in range(1, 10)), *[""] * 29, "18.", "19."]
    assert {row.number for row in plan("surgut/roadmap").rows} == {""}
    assert [row.number for row in plan("armavir/directions").rows][6:] == [f"{number})" for number in range(1, 11)]


def test_planned_values_are_words_of_the_expected_result():
    rows = plan("megion/roadmap").rows
    for row in rows:
        assert all(value in row.expected for value in row.planned), row.number
        assert "".join(row.planned).count("%") == row.expected.count("%"), row.number
    assert [row.planned for row in rows if row.number == "3.2"] == [("100 % руководителей", "50 % педагогов ШНОР")]


@pytest.mark.parametrize("name", ["nazarovo/next_year", "armavir/directions"])
def test_a_template_says_that_it_is_made_from_the_text(name: str):
    assert read(name)["source"].startswith("Шаблон составлен по тексту документа: ")


@pytest.mark.parametrize("name", [*PLANS, "surgut/order"])
def test_nobody_is_named(name: str):
    text = (FIXTURES / f"{name}.json").read_text(encoding="utf-8")
    assert not SURNAME_FIRST.search(text)
    assert not INITIALS_FIRST.search(text)


def test_a_row_with_an_unknown_field_is_refused():
    told = read("surgut/roadmap")
    told["sections"][0]["rows"][0]["deadlin"] = "Январь 2023"
    with pytest.raises(ValueError, match=r"«Старт Проекта» лишнее поле: deadlin"):
        plan_from_json(told)
    with pytest.raises(ValueError, match="записан неверно"):
        plan_from_json({"title": "План"})


@beside_documents
def test_megion_word_for_word():
    text = document("megion", "№ п/п\n\tМероприятия\n\tОтветственные\n\tСроки", "Прогноз эффективности")
    walk(text, cells_of(plan("megion/roadmap")))


@beside_documents
def test_vilyuysk_word_for_word():
    text = (DOCUMENTS / "vilyuysk.txt").read_text(encoding="utf-8")
    text = re.sub(r"\[bookmark:[^\]]*\]", "", text[text.index("\t№ \nп/п") :])
    walk(without_names(text), cells_of(plan("vilyuysk/roadmap")))


@beside_documents
def test_surgut_word_for_word():
    text = document("surgut", "Модули\tМероприятия\tСрок", "7. Показатели Проекта")
    broken = "Февраль-декабрь\n\nПрофСреда\t\t2023"  # a page ends within the row
    assert broken in text
    walk(text.replace(broken, "Февраль-декабрь 2023\nПрофСреда"), cells_of(plan("surgut/roadmap")))


@beside_documents
def test_templates_word_for_word():
    text = (DOCUMENTS / "nazarovo.txt").read_text(encoding="utf-8")
    tasks = plan("nazarovo/next_year")
    told = [tasks.sections[0].title, ":", *(row.title for row in tasks.rows)]
    walk(text[text.index("В 2021-2022 уч. году необходимо") :], told)

    contents, directions = plan("armavir/directions").sections
    text = document(
        "armavir", "мероприятия, направленные на повышение качества подготовки\n\nобуч", "Структура муниципальной дор"
    )
    walk(text, [row.title for row in contents.rows])
    text = document(
        "armavir", "1)использованием комплекса критериев", "Управленческие решения по результатам анализа данных"
    )
    walk(text.replace("б)реализацией", "6)реализацией"), [f"{row.number}{row.title}" for row in directions.rows])


def test_the_order_has_its_dates():
    order = read("surgut/order")
    assert (order["number"], order["date"], len(order["points"])) == ("1030", "2022-12-30", 21)
    dates = {point["number"]: point["due_on"] for point in order["points"] if "due_on" in point}
    assert dates == {
        "3.2.": "2024-02-20",
        "4.1.": "2023-12-31",
        "4.2.": "2023-02-13",
        "4.5.": "2024-01-15",
        "5.1.": "2023-12-31",
        "5.2.": "2023-01-18",
        "6.": "2024-02-28",
    }
    for point in order["points"]:
        assert point.get("deadline", "") in point["text"]


def test_the_dates_of_the_order_are_what_its_words_mean():
    order = read("surgut/order")
    term = {"starts_on": _day(order["starts_on"]), "ends_on": _day(order["ends_on"])}
    for point in order["points"]:
        if "due_on" in point:
            assert read_deadline(point["deadline"], **term).spans == ((None, _day(point["due_on"])),)
    (notice,) = [Deadline.from_json(point["means"]) for point in order["points"] if "means" in point]
    assert notice.days == read_deadline("не позднее, чем за 7 дней о предстоящих мероприятиях", **term).days == -7


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@beside_documents
def test_the_order_word_for_word():
    text = document("surgut", "1. Утвердить муниципальный проект", "Директор департамента")
    one = rf"(?:и\.о\. )?(?:{INITIALS_FIRST.pattern}|{SURNAME_FIRST.pattern})"
    text, taken_out = re.subn(rf"\({one}(?:, ?{one})*\)", "", text)
    assert taken_out == 4  # three who are charged, and one to whom is reported
    walk(text, [f"{point['number']}{point['text']}" for point in read("surgut/order")["points"]])
