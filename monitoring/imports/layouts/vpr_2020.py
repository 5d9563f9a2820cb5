"""ФИС ОКО, pupil-level unload of autumn 2020: `groups, user, id, code, otc, gender, klass, var-1, var-2, sum,
a-1-grade …`."""

from indicators.procedures import Wave
from monitoring.imports.layouts.vpr_table import VprPupilLayout, roles

LAYOUT = VprPupilLayout(
    name="vpr_2020",
    title="выгрузка ВПР по обучающимся, 2020 год",
    roles=roles(
        school=r"user", pupil_code=r"code", journal=r"otc", variant=r"var-1", primary=r"sum", first_task=r"a-1-grade"
    ),
    needed={"school": "user", "primary": "sum", "variant": "var-1", "first_task": "a-1-grade"},
    suggests=(("year", 2020), ("wave", Wave.AUTUMN.value)),
)
