"""Documents of tables for the tests of the drawers, typed in by hand."""

from typing import Any

from reports.tables import Column, Number, Section, Shown, TableDocument, change_in_unit, in_unit, plan_in_unit

LONG_NAME = (
    "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 7 "
    "имени Героя Советского Союза И. И. Иванова с углублённым изучением отдельных предметов»"
)
COLUMNS = (
    Column("Школа"),
    Column("2019/20", Shown.PERCENT, 1, group="ОГЭ, математика"),
    Column("2020/21", Shown.PERCENT, 1, group="ОГЭ, математика"),
    Column("Изменение", Shown.POINTS, 1),
    Column("Участники", Shown.NUMBER),
    Column("Вывод"),
)
ROWS = (
    ("Школы с низкими результатами",),
    ("СОШ № 1", Number("33.333333"), Number("75"), Number("41.666667"), Number("1204"), "лучше"),
    (LONG_NAME, Number(None), Number("80.5", mark="†"), Number(None), Number("7"), "нет данных"),
    ("Остальные школы",),
    ("=1+1", Number("100"), Number("0"), Number("-100"), Number("0"), "хуже"),
)
TOTAL = ("Всего", Number("50"), Number("60"), Number("10"), Number("1211"), "")
UNITS = (
    ("Доля школ с динамикой", plan_in_unit("70", "percent"), in_unit("33.333333", "percent"), "%"),
    ("Средняя отметка", plan_in_unit("3.5", "mark"), in_unit("3.5", "mark"), "отметка"),
    ("Школы в списке", plan_in_unit("4", "schools"), in_unit("4", "schools"), "школ"),
    ("Отношение к среднему", plan_in_unit(None, "ratio"), change_in_unit("-0.12", "ratio"), "доли"),
)


def sample(**changes: Any) -> TableDocument:
    fields: dict[str, Any] = {
        "kind": "Сводная таблица",
        "title": "о результатах школ",
        "municipality": "город Назарово",
        "department": "Управление образования администрации города Назарово",
        "period": "2020",
        "is_demo": True,
        "lead": ("В таблицу вошли школы, у которых есть результаты не менее чем за один год.",),
        "sections": (
            Section(
                sheet="Школы",
                caption="Результаты по школам",
                columns=COLUMNS,
                rows=ROWS,
                total=TOTAL,
                is_numbered=True,
                notes=("† Мало участников (менее 10).",),
            ),
            Section(
                sheet="Показатели",
                caption="План и значение",
                columns=(Column("Показатель"), Column("План"), Column("Значение"), Column("Единица")),
                rows=UNITS,
            ),
            Section(sheet="Исключённые", columns=(Column("Школа"),), rows=(), empty="Исключённых результатов нет."),
        ),
        "notes": ("Школы, по которым данных нет, в расчёт не входят.",),
    }
    return TableDocument(**fields | changes)


def long_table(schools: int, measures: int = 4) -> TableDocument:
    """Many schools with names long and short."""
    columns = (
        Column("Школа"),
        *(Column(f"Показатель {place}", Shown.PERCENT, 1) for place in range(1, measures + 1)),
        Column("Вывод"),
    )
    rows = tuple(
        (
            f"{LONG_NAME if place % 10 == 0 else 'МБОУ «СОШ'} № {place}»",
            *(Number(f"{(place * measure * 7) % 1000 / 10}") for measure in range(1, measures + 1)),
            "адресная поддержка" if place % 3 == 0 else "динамика положительная",
        )
        for place in range(1, schools + 1)
    )
    section = Section(sheet="Школы", caption="Показатели школ", columns=columns, rows=rows, is_numbered=True)
    return sample(sections=(section,))
