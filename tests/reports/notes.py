"""One fixed note for the tests of the renderer: the figures of Назарово, typed in by hand."""

import json
from pathlib import Path
from typing import Any

from reports.snapshots import AnalyticalNote, NoteIndicator

FIXTURES = Path(__file__).parents[2] / "fixtures" / "nazarovo"
PARTS: dict[str, tuple[str, str | None, str]] = {  # numerator, denominator, value
    "n1": ("4", None, "4"),
    "n2": ("4", "4", "100"),
    "n3": ("3", "4", "75"),
    "n4": ("3", "4", "75"),
    "n5": ("1", "3", "33.333333"),
    "n6": ("1", "3", "33.333333"),
    "n7": ("1", "4", "25"),
    "n8": ("4", "4", "100"),
    "n9": ("1", "4", "25"),
    "n10": ("96", "100", "96"),
    "n11": ("14", "100", "14"),
    "n12": ("18", "100", "18"),
    "n13": ("1", "4", "25"),
}
PRINTED = {  # what the programme's document prints, spaces before «%» and one misprint apart
    "n1": "В 2020-2021 уч. году к категории ШНОР были отнесены 4 школы.",
    "n2": "Во всех школах, отнесенных к категории ШНОР, была разработана программа повышения качества образования.",
    "n3": "в результатах ОГЭ по математике составила 75 %.",
    "n4": "в результатах ОГЭ по русскому языку — 75 %.",
    "n5": "в результатах ЕГЭ по математике составила 33 %.",
    "n6": "в результатах ЕГЭ по русскому языку — 33 %.",
    "n7": "по читательской грамотности (4 класс) составила 25 %.",
    "n8": "Все школы данной категории достигли положительной динамики в результатах краевой диагностической работы по "
    "читательской грамотности (6 класс).",
    "n9": "по естественнонаучной грамотности (8 класс) составила 25 %.",
    "n10": "по вопросам повышения качества образования в ШНОР и ШНСУ составила 96 %.",
    "n11": "от общего числа педагогов ШНОР и ШНСУ в МСО составила 14 %.",
    "n12": "18 % педагогов ШНОР и ШНСУ в МСО получили консультативную",
    "n13": "от числа идентифицированных в текущем году составила 25 %.",
}
SCHOOLS = ("СОШ № 1", "СОШ № 2", "СОШ № 3", "СОШ № 10")


def nazarovo_note(**changes: Any) -> AnalyticalNote:
    catalogue = json.loads((FIXTURES / "indicators.json").read_text())
    fields: dict[str, Any] = {
        "municipality": "город Назарово",
        "department": "Управление образования администрации города Назарово",
        "is_demo": True,
        "period": "2020",
        "programme": "Программа повышения качества образования",
        "background": "В 2020 году была утверждена программа повышения качества образования.",
        "aim": "Повышение качества образования.",
        "tasks": ("Идентификация школ.", "Поддержка школ."),
        "indicators": tuple(
            note_indicator(**row) for row in catalogue if row["code"] in PARTS and row["role"] == "programme"
        ),
        "problems": ("Механизмы выявления дефицитов не разработаны.",),
        "next_tasks": ("Провести экспертизу программ.",),
    }
    return AnalyticalNote(**fields | changes)


def note_indicator(**row: Any) -> NoteIndicator:
    numerator, denominator, value = PARTS[row["code"]]
    is_exam = row["code"] in ("n3", "n4", "n5", "n6")
    return NoteIndicator(
        code=row["code"],
        short_name=row["short_name"],
        wording=row["wording"],
        unit=row["unit"],
        sentence=row.get("sentence", ""),
        sentence_all=row.get("sentence_all", ""),
        method=row.get("method", ""),
        value=value,
        numerator=numerator,
        denominator=denominator,
        target=None if row["code"] == "n1" else "50",
        target_is_demo=row["code"] != "n1",
        reading="no_target" if row["code"] == "n1" else "reached" if float(value) >= 50 else "behind",
        comment="Работа велась без учёта дефицитов." if row["code"] == "n10" else "",
        compared_with="2018" if is_exam else "",
        change_from="2018" if is_exam else "",
        without_results=("2019",) if is_exam else (),
        schools_yes=SCHOOLS[:1] if row["code"] == "n5" else (),
        schools_no=SCHOOLS[1:3] if row["code"] == "n5" else (),
        schools_unknown=SCHOOLS[3:] if row["code"] == "n5" else (),
    )
