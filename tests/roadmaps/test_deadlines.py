"""Every deadline of the three plans and of order No. 1030 by hand: its words, what they mean, when the row is due."""

import datetime as dt
import json

import pytest
from django.conf import settings

from roadmaps.plans.deadlines import Deadline, Kind, in_words, occurrences, outside, read_deadline

FIXTURES = settings.BASE_DIR / "fixtures"
Term = tuple[str, str]
MEGION: Term = ("2020-12-01", "2023-12-31")
VILYUYSK: Term = ("2019-01-01", "2021-12-31")
SURGUT: Term = ("2023-01-01", "2023-12-31")
ORDER: Term = ("2022-12-30", "2024-02-28")
NAZAROVO: Term = ("2021-09-01", "2022-08-31")

REPORT = "; отчёт раз в год, к его концу"
THREE = "2021 2021-12-31, 2022 2022-12-31, 2023 2023-12-31"
THREE_OF_VILYUYSK = "2019 2019-12-31, 2020 2020-12-31, 2021 2021-12-31"
QUARTERS = ", ".join(
    f"{roman} квартал {year} {year}-{last}"
    for year in (2019, 2020, 2021)
    for roman, last in (("I", "03-31"), ("II", "06-30"), ("III", "09-30"), ("IV", "12-31"))
)
ELEVEN_MONTHS = (
    "февраль 2023 2023-02-28, март 2023 2023-03-31, апрель 2023 2023-04-30, май 2023 2023-05-31, июнь 2023 2023-06-30, "
    "июль 2023 2023-07-31, август 2023 2023-08-31, сентябрь 2023 2023-09-30, октябрь 2023 2023-10-31, "
    "ноябрь 2023 2023-11-30, декабрь 2023 2023-12-31"
)

# The term, the words, what was understood in words, its kind, all occurrences as «label day»; «~» marks fuzzy ones.
DEADLINES = [
    (MEGION, "декабрь 2020", "в декабре 2020 года", "once", "декабрь 2020 2020-12-31"),
    (MEGION, "постоянно, начиная с\nянваря 2021", f"постоянно, с января 2021 года{REPORT}", "continuous", THREE),
    (MEGION, "Март 2021", "в марте 2021 года", "once", "март 2021 2021-03-31"),
    (
        MEGION,
        "август- декабрь\n2021",
        "с августа по декабрь 2021 года",
        "once",
        "август – декабрь 2021 2021-12-31",
    ),
    (
        MEGION,
        "по договору",
        f"по другому документу (договор): даты стоят в нём{REPORT}",
        "by_other_plan",
        "~2021 2021-12-31, ~2022 2022-12-31, ~2023 2023-12-31",
    ),
    (MEGION, "постоянно, с сентября 2021", f"постоянно, с сентября 2021 года{REPORT}", "continuous", THREE),
    (
        MEGION,
        "Март- май 2021 года, далее ежегодно",
        "каждый год с марта по май, с 2021 года",
        "recurring",
        "март – май 2021 2021-05-31, март – май 2022 2022-05-31, март – май 2023 2023-05-31",
    ),
    (MEGION, "Январь 2021, постоянно", f"постоянно, с января 2021 года{REPORT}", "continuous", THREE),
    (
        MEGION,
        "Август, ежегодно ",
        "каждый год в августе",
        "recurring",
        "август 2021 2021-08-31, август 2022 2022-08-31, август 2023 2023-08-31",
    ),
    (
        MEGION,
        "Ежегодно, Август 2021",
        "каждый год в августе, с 2021 года",
        "recurring",
        "август 2021 2021-08-31, август 2022 2022-08-31, август 2023 2023-08-31",
    ),
    (
        MEGION,
        "по графику Минпросве-щения РФ, ДОиМП ХМАО-ЮГРЫ",
        f"по другому документу (график Минпросвещения РФ, ДОиМП ХМАО-ЮГРЫ): даты стоят в нём{REPORT}",
        "by_other_plan",
        "~2021 2021-12-31, ~2022 2022-12-31, ~2023 2023-12-31",
    ),
    (MEGION, "в течение года", f"постоянно{REPORT}", "continuous", THREE),
    (MEGION, "Январь 2021", "в январе 2021 года", "once", "январь 2021 2021-01-31"),
    (MEGION, "Февраль – март 2021", "с февраля по март 2021 года", "once", "февраль – март 2021 2021-03-31"),
    (MEGION, "Март-май 2021", "с марта по май 2021 года", "once", "март – май 2021 2021-05-31"),
    (MEGION, "", "срок в документе не указан; отчёт к концу срока плана", "none", "~срок плана 2023-12-31"),
    (MEGION, "постоянно", f"постоянно{REPORT}", "continuous", THREE),
    (
        MEGION,
        "Два раза в год",
        "каждое полугодие, к его концу",
        "recurring",
        "I полугодие 2021 2021-06-30, II полугодие 2021 2021-12-31, I полугодие 2022 2022-06-30, "
        "II полугодие 2022 2022-12-31, I полугодие 2023 2023-06-30, II полугодие 2023 2023-12-31",
    ),
    (MEGION, "2021-2022 год", "с 2021 по 2022 год, к концу срока", "once", "2021–2022 2022-12-31"),
    (MEGION, "2022-2023 год", "с 2022 по 2023 год, к концу срока", "once", "2022–2023 2023-12-31"),
    (
        MEGION,
        "Сентябрь 2021-2023 год постоянно",
        f"постоянно, с сентября 2021 года по декабрь 2023 года{REPORT}",
        "continuous",
        THREE,
    ),
    (MEGION, "Сентябрь 2021\nпостоянно", f"постоянно, с сентября 2021 года{REPORT}", "continuous", THREE),
    (MEGION, "2021-2022", "с 2021 по 2022 год, к концу срока", "once", "2021–2022 2022-12-31"),
    (MEGION, "Октябрь 2021, постоянно", f"постоянно, с октября 2021 года{REPORT}", "continuous", THREE),
    (
        MEGION,
        "По запросу ОО",
        f"по запросу (ОО){REPORT}",
        "on_request",
        "~2021 2021-12-31, ~2022 2022-12-31, ~2023 2023-12-31",
    ),
    (VILYUYSK, "2019-2020\n", "с 2019 по 2020 год, к концу срока", "once", "2019–2020 2020-12-31"),
    (VILYUYSK, "2019-20", "с 2019 по 2020 год, к концу срока", "once", "2019–2020 2020-12-31"),
    (VILYUYSK, "2019-2021\n ", "с 2019 по 2021 год, к концу срока", "once", "2019–2021 2021-12-31"),
    (VILYUYSK, "Ежегодно ", "каждый год, к его концу", "recurring", THREE_OF_VILYUYSK),
    (
        VILYUYSK,
        "Ежегодно по результатам ВПР, ОГЭ, ЕГЭ",
        "каждый год, когда станут известны результаты ВПР, ОГЭ, ЕГЭ; пока дата неизвестна, отчёт к концу года",
        "on_event",
        "~2019 2019-12-31, ~2020 2020-12-31, ~2021 2021-12-31",
    ),
    (VILYUYSK, "2020-2021", "с 2020 по 2021 год, к концу срока", "once", "2020–2021 2021-12-31"),
    (
        VILYUYSK,
        "По запросу",
        f"по запросу{REPORT}",
        "on_request",
        "~2019 2019-12-31, ~2020 2020-12-31, ~2021 2021-12-31",
    ),
    (VILYUYSK, "Постоянно\n ", f"постоянно{REPORT}", "continuous", THREE_OF_VILYUYSK),
    (VILYUYSK, "1 раз в год", "каждый год, к его концу", "recurring", THREE_OF_VILYUYSK),
    (
        VILYUYSK,
        "По плану УМО",
        f"по другому документу (план УМО): даты стоят в нём{REPORT}",
        "by_other_plan",
        "~2019 2019-12-31, ~2020 2020-12-31, ~2021 2021-12-31",
    ),
    (VILYUYSK, " в течение года", f"постоянно{REPORT}", "continuous", THREE_OF_VILYUYSK),
    (VILYUYSK, "В течение года", f"постоянно{REPORT}", "continuous", THREE_OF_VILYUYSK),
    (VILYUYSK, "В течение года, ежеквартально", "каждый квартал, к его концу", "recurring", QUARTERS),
    (
        VILYUYSK,
        "Ноябрь, март",
        "каждый год в ноябре и в марте",
        "recurring",
        "март 2019 2019-03-31, ноябрь 2019 2019-11-30, март 2020 2020-03-31, ноябрь 2020 2020-11-30, "
        "март 2021 2021-03-31, ноябрь 2021 2021-11-30",
    ),
    (
        VILYUYSK,
        "Июнь",
        "каждый год в июне",
        "recurring",
        "июнь 2019 2019-06-30, июнь 2020 2020-06-30, июнь 2021 2021-06-30",
    ),
    (
        VILYUYSK,
        "Август",
        "каждый год в августе",
        "recurring",
        "август 2019 2019-08-31, август 2020 2020-08-31, август 2021 2021-08-31",
    ),
    (
        VILYUYSK,
        "Июль ",
        "каждый год в июле",
        "recurring",
        "июль 2019 2019-07-31, июль 2020 2020-07-31, июль 2021 2021-07-31",
    ),
    (
        VILYUYSK,
        "По плану",
        f"по другому документу (план): даты стоят в нём{REPORT}",
        "by_other_plan",
        "~2019 2019-12-31, ~2020 2020-12-31, ~2021 2021-12-31",
    ),
    (SURGUT, "Январь 2023", "в январе 2023 года", "once", "январь 2023 2023-01-31"),
    (SURGUT, "Февраль 2023", "в феврале 2023 года", "once", "февраль 2023 2023-02-28"),
    (
        SURGUT,
        "Февраль-декабрь 2023",
        "с февраля по декабрь 2023 года",
        "once",
        "февраль – декабрь 2023 2023-12-31",
    ),
    (SURGUT, "Январь-февраль 2023", "с января по февраль 2023 года", "once", "январь – февраль 2023 2023-02-28"),
    (SURGUT, "Март 2023", "в марте 2023 года", "once", "март 2023 2023-03-31"),
    (SURGUT, "Май 2023", "в мае 2023 года", "once", "май 2023 2023-05-31"),
    (SURGUT, "Октябрь 2023", "в октябре 2023 года", "once", "октябрь 2023 2023-10-31"),
    (SURGUT, "Декабрь 2023", "в декабре 2023 года", "once", "декабрь 2023 2023-12-31"),
    (ORDER, "не позднее 20.02.2024 года", "не позднее 20 февраля 2024 года", "once", "до 20.02.2024 2024-02-20"),
    (ORDER, "в срок до 31.12.2023 года", "не позднее 31 декабря 2023 года", "once", "до 31.12.2023 2023-12-31"),
    (ORDER, "в срок до 13.02.2023 года", "не позднее 13 февраля 2023 года", "once", "до 13.02.2023 2023-02-13"),
    (ORDER, "постоянно", f"постоянно{REPORT}", "continuous", "2023 2024-02-28"),
    (
        ORDER,
        "не позднее, чем за 7 дней о предстоящих мероприятиях",
        "за 7 дн. до события «предстоящих мероприятиях»",
        "on_event",
        "",
    ),
    (ORDER, "в срок не позднее 15.01.2024 года", "не позднее 15 января 2024 года", "once", "до 15.01.2024 2024-01-15"),
    (ORDER, "в срок до 18.01.2023", "не позднее 18 января 2023 года", "once", "до 18.01.2023 2023-01-18"),
    (ORDER, "до 28.02.2024", "не позднее 28 февраля 2024 года", "once", "до 28.02.2024 2024-02-28"),
    (NAZAROVO, "В 2021-2022 уч. году", "в 2021/2022 учебном году", "once", "2021/2022 2022-08-31"),
]


def days_of(term: Term) -> dict[str, dt.date]:
    return {"starts_on": dt.date.fromisoformat(term[0]), "ends_on": dt.date.fromisoformat(term[1])}


def told(term: Term, deadline: Deadline, **events: list[str]) -> str:
    """All occurrences as the tables write them."""
    known = {name: [dt.date.fromisoformat(day) for day in days] for name, days in events.items()}
    found = occurrences(deadline, **days_of(term), events=known)
    return ", ".join(f"{'~' if due.is_fuzzy else ''}{due.label} {due.due_on}" for due in found)


@pytest.mark.parametrize(("term", "text", "words", "kind", "due"), DEADLINES)
def test_deadlines_of_the_documents(term: Term, text: str, words: str, kind: str, due: str):
    deadline = read_deadline(text, **days_of(term))
    assert (in_words(deadline), deadline.kind.value, told(term, deadline)) == (words, kind, due)
    assert not outside(deadline, **days_of(term))


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("megion/roadmap", MEGION),
        ("vilyuysk/roadmap", VILYUYSK),
        ("surgut/roadmap", SURGUT),
        ("surgut/order", ORDER),
        ("nazarovo/next_year", NAZAROVO),
    ],
)
def test_no_deadline_of_the_plans_is_missing_here(name: str, term: Term):
    plan = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    rows = plan.get("points") or [row for section in plan["sections"] for row in section["rows"]]
    assert (plan["starts_on"], plan["ends_on"]) == term
    known = {" ".join(text.split()) for of, text, *_ in DEADLINES if of == term}
    assert {row.get("deadline", "") for row in rows} - known <= {"" if term == ORDER else None}


def test_a_title_tells_how_often():
    meeting = read_deadline(
        "Февраль-декабрь 2023", **days_of(SURGUT), title="Цикл ежемесячных ВКС с кураторами проекта"
    )
    assert in_words(meeting) == "каждый месяц, с февраля по декабрь 2023 года"
    assert told(SURGUT, meeting) == ELEVEN_MONTHS
    once = read_deadline("Февраль 2023", **days_of(SURGUT), title="Анализ ежемесячных ВКС")
    assert once.kind is Kind.ONCE
    always = read_deadline("постоянно", **days_of(SURGUT), title="Проведение ежеквартальных совещаний")
    assert len(occurrences(always, **days_of(SURGUT))) == 4


# Not in the documents, and as likely in the next one; the term is that of order No. 1030.
OTHERS = [
    ("31.05.2023, 31.10.2023 и 29.12.2023", "31.05.2023 2023-05-31, 31.10.2023 2023-10-31, 29.12.2023 2023-12-29"),
    ("до 31 декабря 2023", "до 31.12.2023 2023-12-31"),
    ("до 31.12.23", "до 31.12.2023 2023-12-31"),
    ("2023-12-31 00:00:00", "31.12.2023 2023-12-31"),
    ("с 01.02.2023 по 15.12.2023 г.", "01.02.2023 – 15.12.2023 2023-12-15"),
    ("II квартал 2023 г.", "II квартал 2023 2023-06-30"),
    ("4-й квартал 2023 года", "IV квартал 2023 2023-12-31"),
    ("I – III кварталы 2023", "январь – сентябрь 2023 2023-09-30"),
    ("первое полугодие 2023 года", "I полугодие 2023 2023-06-30"),
    ("Ноябрь 2022 — март 2023", "ноябрь 2022 – март 2023 2023-03-31"),
    ("ноябрь, март 2023", "март 2023 2023-03-31, ноябрь 2023 2023-11-30"),
    ("ноябрь, март 2022/2023 уч. г.", "март 2023 2023-03-31"),
    ("до мая 2023", "до 30.04.2023 2023-04-30"),
    ("не позднее мая 2023", "до 31.05.2023 2023-05-31"),
    ("до конца 2023 года", "до 31.12.2023 2023-12-31"),
    ("к 1 сентября", "до 01.09.2023 2023-09-01"),
    ("ежегодно до 1 сентября", "до 01.09.2023 2023-09-01"),
    ("до 1 сентября 2023, далее ежегодно", "до 01.09.2023 2023-09-01"),
    ("два раза в год (май, декабрь)", "май 2023 2023-05-31, декабрь 2023 2023-12-31"),
    ("2022-2023 учебный год", "2022/2023 2023-08-31"),
    ("2022/23 уч.год", "2022/2023 2023-08-31"),
    ("в течение 2023 года", "2023 2023-12-31"),
    ("в течение учебного года", "2022/2023 2023-08-31, 2023/2024 2024-02-28"),
    ("2 раза в учебный год", "II полугодие 2022/2023 2023-08-31, I полугодие 2023/2024 2024-02-28"),
    ("с сентября 2023", "2023 2024-02-28"),
    ("еже-\nквартально", "I квартал 2023 2023-03-31, II квартал 2023 2023-06-30, III квартал 2023 2023-09-30, "
     "IV квартал 2023 2023-12-31, I квартал 2024 2024-02-28"),
    ("ежемесячно до 10 числа, с ноября 2023", "ноябрь 2023 2023-11-10, декабрь 2023 2023-12-10, "
     "январь 2024 2024-01-10, февраль 2024 2024-02-10"),
    ("по мере необходимости", "~2023 2024-02-28"),
    ("май 2025", "~срок плана 2024-02-28"),
    ("май 2021", "~срок плана 2022-12-30"),
    ("—", "~срок плана 2024-02-28"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "due"), OTHERS)
def test_other_deadlines_that_plans_have(text: str, due: str):
    deadline = read_deadline(text, **days_of(ORDER))
    assert not deadline.needs_person
    assert told(ORDER, deadline) == due


@pytest.mark.parametrize(
    "text",
    [
        "когда получится",
        "раз в три года",
        "31.02.2023",
        "29 февраля 2023",
        "март 2023 - февраль 2022",
        "ноябрь - март 2023",
        "август 2022, 2023",
        "ежегодно с сентября",
        "ежегодно до мая",
        "2021 учебный год",
        "май 2023, уточняется",
        "в течение 5 рабочих дней после получения результатов ГИА",
        "13 месяц",
    ],
)
def test_what_is_not_understood_wholly_waits_for_a_person(text: str):
    deadline = read_deadline(text, **days_of(ORDER))
    assert (deadline.kind, deadline.named, deadline.needs_person) == (Kind.UNCLEAR, (text,), True)
    assert in_words(deadline).startswith(f"непонятно: «{text}». Укажите")
    assert told(ORDER, deadline) == "~срок плана 2024-02-28"


def test_a_plan_by_school_years_counts_by_them():
    for text, due in {
        "Сентябрь": "сентябрь 2021 2021-09-30",
        "В течение года": "2021/2022 2022-08-31",
        "2021-2022": "2021/2022 2022-08-31",
        "Ноябрь, март": "ноябрь 2021 2021-11-30, март 2022 2022-03-31",
        "два раза в год": "I полугодие 2021/2022 2021-12-31, II полугодие 2021/2022 2022-08-31",
    }.items():
        assert told(NAZAROVO, read_deadline(text, **days_of(NAZAROVO))) == due, text
    by_years = read_deadline("ежегодно", **days_of(NAZAROVO), school_years=False)
    assert told(NAZAROVO, by_years) == "2021 2021-12-31, 2022 2022-08-31"


def test_events_bring_their_own_days():
    yearly = read_deadline("Ежегодно по результатам ВПР, ОГЭ, ЕГЭ", **days_of(VILYUYSK))
    known = {"ВПР": ["2019-05-20", "2020-10-30"], "ОГЭ": ["2019-06-25"], "егэ": ["2019-06-28"]}
    assert told(VILYUYSK, yearly, **known) == "2019 2019-06-28, ~2020 2020-12-31, ~2021 2021-12-31"

    each = read_deadline("в течение 10 дней после получения результатов ГИА", **days_of(ORDER))
    assert in_words(each) == "в течение 10 дн. после того, как станут известны результаты ГИА"
    assert told(ORDER, each) == ""
    known = {"ГИА": ["2023-06-26", "2023-09-20", "2024-02-25"]}  # ten days after the last the term is over
    assert told(ORDER, each, **known) == "ГИА, 26.06.2023 2023-07-06, ГИА, 20.09.2023 2023-09-30"

    before = Deadline(Kind.ON_EVENT, named=("мероприятие",), days=-7)
    assert told(ORDER, before, мероприятие=["2023-03-15"]) == "мероприятие, 15.03.2023 2023-03-08"


def test_dates_outside_the_term_are_told():
    for text, lies_outside in {
        "май 2025": True,
        "до 01.12.2022": True,
        "постоянно с 2025": True,
        "2022-2023": False,
    }.items():
        assert outside(read_deadline(text, **days_of(ORDER)), **days_of(ORDER)) is lies_outside, text


@pytest.mark.parametrize(
    "call", [lambda term: read_deadline("май", **term), lambda term: occurrences(Deadline(Kind.NONE), **term)]
)
def test_a_term_that_ends_before_it_starts_is_refused(call):
    with pytest.raises(ValueError, match="раньше, чем начинается"):
        call(days_of((ORDER[1], ORDER[0])))


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"kind": "sometimes"}, "записано неверно"),
        ({"every": "year"}, "записано неверно"),
        ({"kind": "none", "colour": "red"}, "записано неверно"),
        ({"kind": "once", "spans": [["2021-01-01"]]}, "записано неверно"),
        ({"kind": "once", "spans": "2021"}, "записано неверно"),
        ({"kind": "once"}, "хотя бы один срок"),
        ({"kind": "once", "spans": [["2021-02-01", "2021-01-01"]]}, "раньше, чем начинается"),
        ({"kind": "recurring"}, "как часто"),
        ({"kind": "recurring", "every": "year", "windows": [[0, 13]]}, "от 1 до 12"),
        ({"kind": "recurring", "every": "month", "day": 32}, "от 1 до 31"),
        ({"kind": "on_event"}, "событие"),
        ([], "записано неверно"),
    ],
)
def test_a_meaning_that_contradicts_itself_is_refused(written, message: str):
    with pytest.raises(ValueError, match=message):
        Deadline.from_json(written)
