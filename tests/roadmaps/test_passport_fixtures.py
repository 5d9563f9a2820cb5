"""The passports of `fixtures/` word for word against their documents, and as `load_programme` brings them in."""

import datetime as dt
import json
import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings

from config.programmes.loading import load_programme
from roadmaps.models import Programme
from roadmaps.passport.parts import Part
from roadmaps.queries.passport import content_of
from tests.roadmaps.test_plan_fixtures import (
    DOCUMENTS,
    INITIALS_FIRST,
    SURNAME_FIRST,
    bare,
    beside_documents,
    document,
    walk,
)

PASSPORTS = ("megion", "vilyuysk", "surgut", "armavir")


def read(slug: str) -> dict[str, Any]:
    text = (settings.BASE_DIR / "fixtures" / slug / "passport.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def words(text: str) -> str:
    """With one kind of dash, and without bullets and the numbers of a list."""
    return re.sub(r"(?m)^\s*(·|\d\.(?=\s*[А-ЯЁ]))\s*", "", text.replace("–", "-"))


def hold(text: str, cells: Iterable[str]) -> None:
    walk(words(text), map(words, cells))


@pytest.mark.parametrize("slug", PASSPORTS)
def test_nobody_is_named(slug):
    text = json.dumps(read(slug), ensure_ascii=False)
    assert not SURNAME_FIRST.search(text)
    assert not INITIALS_FIRST.search(text)


@pytest.mark.parametrize(
    ("slug", "counts"),
    [
        ("megion", {"stages": 3, "results": 5, "participants": 3, "risks": 2}),
        ("vilyuysk", {"results": 4}),
        ("surgut", {"results": 2, "participants": 12}),
        ("armavir", {"participants": 6}),
    ],
)
def test_lines_are_as_many_as_the_document_prints(slug, counts):
    assert {name: len(lines) for name, lines in read(slug).items() if name in set(Part)} == counts


@beside_documents
def test_megion_word_for_word():
    told = read("megion")
    results = document("megion", "1. Повышается качество образования и эфф", "Этапы реализации программы")
    hold(results, [line["text"] for line in told["results"]])
    stages = document("megion", "1 этап. Подготовительный", "Оценка результативности")
    hold(stages.rstrip(), [_stage(line) for line in told["stages"]])
    participants = document("megion", "Участники реализации программы:", "Финансовое обеспечение программы:")
    said = [f"{line['organisation']}:{line['duties']}" for line in told["participants"]]
    hold(participants, ["Участники реализации программы:", *said])
    finance = document("megion", "Финансирование Программы осуществляется", "2. СОДЕРЖАТЕЛЬНЫЙ РАЗДЕЛ")
    hold(finance, [told["finance"]])
    risks = document("megion", "Кадровый риск, связанный", "Описание системы мониторинга")
    hold(risks, [cell for line in told["risks"] for cell in (line["text"], line["mitigation"])])


def _stage(line: dict[str, str]) -> str:
    starts_on, ends_on = (dt.date.fromisoformat(line[field]) for field in ("starts_on", "ends_on"))
    return f"{line['title']} ({starts_on:%d.%m.%Y} - {ends_on:%d.%m.%Y}) - {line['text']}"


@beside_documents
def test_vilyuysk_word_for_word():
    text = document("vilyuysk", "2. Планируемые результаты", "3. Целевые показатели")
    hold(text, ["2. Планируемые результаты", *(line["text"] for line in read("vilyuysk")["results"])])


@beside_documents
def test_surgut_word_for_word():
    told = read("surgut")
    text = (DOCUMENTS / "surgut.txt").read_text(encoding="utf-8")
    assert "«30» декабря 2022 года" in text
    assert "№ 1030" in text
    assert told["order"] == {"number": "1030", "date": "2022-12-30"}
    head = "Участие в Проекте обеспечит:"
    hold(text[text.index(head) :], [head, *(line["text"] for line in told["results"])])
    department, centre, *schools = told["participants"]
    pairs = re.sub(r"2\.\d\.|[;.–]", "", document("surgut", "2.1. МБОУ", "3. Отделу развития"))
    walk(pairs, [line["organisation"] for line in schools])
    charged = document("surgut", "3.1. Обеспечить общую", "6. Контроль за")
    one = rf"(?:и\.о\. )?(?:{INITIALS_FIRST.pattern}|{SURNAME_FIRST.pattern})"
    charged = re.sub(rf"\({one}(?:, ?{one})*\)", "", charged)
    charged = re.sub(r"(?m)^(4\. МКУ «ИМЦ»|5\. Руководителям ОО-участникам Проекта) :$", "", charged)
    walk(charged, [line["duties"] for line in (department, centre, schools[0])])
    assert len({line["duties"] for line in schools}) == 1


@beside_documents
def test_armavir_word_for_word():
    told = read("armavir")
    text = (DOCUMENTS / "armavir.txt").read_text(encoding="utf-8")
    assert "от 16.06.2021 № 352" in text
    assert told["order"] == {"number": "352", "date": "2021-06-16"}
    since = "Обязанности субъектов муниципального уровня распределяются следующим образом:"
    section = document("armavir", since, "Деятельность и взаимодействие субъектов муниципальной системы")
    of_schools = re.compile(r"Основными субъектами реализации.*?распределяются следующим образом:", re.DOTALL)
    section = of_schools.sub("", section.removeprefix(since))
    walk(section, [cell for line in told["participants"] for cell in (line["organisation"], line["duties"])])
    tasks = json.loads((settings.BASE_DIR / "fixtures/armavir/programme.json").read_text(encoding="utf-8"))["tasks"]
    assert [place for place, task in enumerate(tasks, start=1) if task.startswith("Цель № ")] == told["aims"]


# --- Loaded


@pytest.mark.django_db
@pytest.mark.parametrize("slug", [*PASSPORTS, "nazarovo"])
def test_what_was_loaded_is_what_the_fixtures_have_and_the_first_edition(slug):
    assert not load_programme(slug, with_results=False).problem
    programme = Programme.objects.get(municipality__slug=slug)
    content = content_of(programme)
    told = read(slug) if slug in PASSPORTS else {}
    for part in (Part.STAGES, Part.RESULTS, Part.PARTICIPANTS, Part.RISKS, Part.MONEY):
        lines = told.get(part, [])
        assert [{name: line[name] for name in of} for line, of in zip(content[part], lines, strict=True)] == lines
    (head,) = content[Part.HEAD]
    order = told.get("order", {"number": "", "date": ""})
    assert (head["order_number"], head["order_date"]) == (order["number"], order["date"])
    assert head["finance"] == told.get("finance", "")
    edition = programme.editions.get()
    assert ({part: edition.content[part] for part in Part}, edition.reason) == (content, "Как в документе")
    assert bare(edition.order_number) == order["number"]


@pytest.mark.django_db
def test_task_has_the_indicators_whose_passports_name_it():
    load_programme("nazarovo", with_results=False)
    tasks = Programme.objects.get().tasks.order_by("position")
    for task in tasks:
        assert {row.code for row in task.indicators.all()} == {
            row.code for row in task.programme.municipality.indicators.all() if task.text in row.aims
        }
    assert "n1" in {row.code for row in tasks[0].indicators.all()}


@pytest.mark.django_db
def test_loading_again_changes_nothing_of_a_passport_that_people_wrote_in():
    load_programme("megion", with_results=False)
    programme = Programme.objects.get()
    programme.programmerisks.all().delete()
    before = content_of(programme)
    assert not any(load_programme("megion", with_results=False).added.values())
    assert content_of(programme) == before


@pytest.mark.django_db
def test_portal_that_was_loaded_before_gets_what_was_missing_once():
    load_programme("megion", with_results=False)
    programme = Programme.objects.get()
    programme.editions.all().delete()
    programme.stages.all().delete()
    assert load_programme("megion", with_results=False).added["passports"] == 1 + 3 + 5 + 3 + 2
    assert not any(load_programme("megion", with_results=False).added.values())
