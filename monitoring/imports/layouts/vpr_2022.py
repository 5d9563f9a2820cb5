"""ФИС ОКО, pupil-level unload of 2022, sheet «Протокол»: «Пользователь | … | Школа | Дата загрузки | Код | Вариант |
1 (1б) … | Итого баллов»."""

from monitoring.imports.layouts.vpr_table import VprPupilLayout, roles

LAYOUT = VprPupilLayout(
    name="vpr_2022",
    title="выгрузка ВПР по обучающимся, 2022 год",
    roles=roles(
        school=r"пользователь|логин",
        uploaded=r"дата загрузки",
        pupil_code=r"код( участника)?",
        variant=r"вариант",
        primary=r"итого баллов|всего баллов|первичный балл",
        mark=r"отметка|оценка",
        journal=r"отметка за предыдущ.*|отметка по журналу",
        first_task=r"1(к1|[.,]1)? ?\(\d+ ?б\)",
    ),
    needed={"school": "Пользователь", "primary": "Итого баллов", "variant": "Вариант", "first_task": "1 (1б)"},
)
