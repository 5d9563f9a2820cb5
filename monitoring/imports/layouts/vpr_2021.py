"""ФИС ОКО, pupil-level unload of 2021: «логин школы | регион | … | вариант | всего баллов | балл за 1 …».

«регион» holds the municipality. Subject and grade stand in the file's name only.
"""

from monitoring.imports.layouts.vpr_table import VprPupilLayout, roles

LAYOUT = VprPupilLayout(
    name="vpr_2021",
    title="выгрузка ВПР по обучающимся, 2021 год",
    roles=roles(
        school=r"логин( школы| оо)?",
        pupil_code=r"код (обучающегося|участника|ученика)",
        journal=r"отметка за предыдущ.*|отметка по журналу",
        variant=r"вариант",
        primary=r"всего баллов|итого баллов|сумма баллов|первичный балл",
        mark=r"отметка|отметка за (работу|впр)|оценка",
        first_task=r"балл за (задание )?1([.,]1|к1)?",
    ),
    needed={"school": "логин школы", "primary": "всего баллов", "first_task": "балл за 1"},
)
