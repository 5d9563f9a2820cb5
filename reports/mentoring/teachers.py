"""Teachers and staff, in sums: what one teacher alone is behind is put together with others. Pure."""

from collections.abc import Sequence

from mentoring.queries.overview import Overview
from mentoring.queries.staffing import Line
from reports.mentoring.cells import COUNT, amount, whole
from reports.tables import Column, Number, Row, Section, Shown
from schools.ordering import natural_key
from schools.wording import number
from schools.wording import period as period_label

FEW_TEACHERS = 5  # as of pupils: sums over fewer tell of each


def growth(found: Overview) -> Section:
    growth, support = found.growth, found.growth.support
    is_shown = growth.teachers >= FEW_TEACHERS
    hours = f" ({number(support.meeting_hours)} ч)" if support.meeting_hours else ""
    taught = f" ({number(support.course_hours)} ч)" if support.course_hours else ""
    rows: list[Row] = [
        ("Педагогов в списках школ", whole(growth.teachers)),
        *(
            (f"{met.competence.label}: есть, из тех, о ком известно ({met.known})", whole(met.met))
            for met in growth.five
        ),
        (f"Подтверждённых встреч с наставником или тьютором{hours}", whole(support.meetings)),
        (f"Пройдено курсов{taught}", whole(support.courses)),
        ("Выявлено дефицитов", whole(support.found)),
        ("Восполнено дефицитов", whole(support.closed)),
        ("Осталось дефицитов на конец периода", whole(support.left)),
        ("Действует или реализовано планов развития", whole(support.plans)),
        (f"Выполнено строк планов развития, из {support.steps} с этим сроком", whole(support.done)),
        ("Сдано отчётов о сопровождении", whole(support.reports)),
    ]
    few = f"Педагогов внесено меньше {FEW_TEACHERS}: суммы говорили бы о каждом, поэтому не приводятся."
    return Section(
        sheet="Развитие педагогов",
        columns=(Column("Что считается"), Column("Сколько", COUNT)),
        rows=tuple(rows) if is_shown else (),
        caption="Профессиональное развитие педагогов, в сумме",
        empty=few if growth.teachers else "Педагоги не внесены. Школы вносят их на странице «Педагоги».",
    )


STAFF = (
    Column("часов", COUNT, group="Учебный план"),
    Column("ведут учителя предмета", COUNT, group="Учебный план"),
    Column("обеспечено", Shown.PERCENT, group="Учебный план"),
    Column("Учителей", COUNT),
    Column("Вакантных ставок", COUNT),
    Column("Не хватит часов в следующем году", COUNT),
)


def subjects(found: Overview) -> Section:
    silent = len(found.staffing.silent)
    return Section(
        sheet="Кадры по предметам",
        columns=(Column("Предмет"), *STAFF),
        rows=tuple(_staff(line) for line in together(found.staffing.by_subject, "Другие предметы")),
        total=_staff(found.staffing.all) if found.staffing.all.rows else (),
        caption=f"Кадры по предметам, {period_label(f'{found.staffing.school_year:04d}')} учебный год",
        notes=(
            "Кто ведёт два предмета, посчитан с каждым. Предметы, которые ведёт один учитель, сложены вместе. "
            f"Школ без сведений: {silent}.",
        ),
        empty="Сведения о кадрах не внесены. Школы вносят их на странице «Кадры».",
    )


def staff_of_schools(found: Overview) -> Section:
    return Section(
        sheet="Кадры по школам",
        columns=(Column("Школа"), *STAFF),
        rows=tuple(_staff(line) for line in together(found.staffing.by_school, "Другие школы")),
        total=_staff(found.staffing.all) if found.staffing.all.rows else (),
        caption="Кадры по школам",
        is_numbered=True,
        empty="Школы сведений о кадрах не внесли.",
    )


def _staff(line: Line) -> Row:
    share = Number(None) if line.provision is None else amount(line.provision)
    return (
        line.title, amount(line.wanted), amount(line.covered), share, whole(line.teachers), amount(line.vacancies),
        amount(line.lacking_next),
    )  # fmt: skip


def together(lines: Sequence[Line], title: str) -> list[Line]:
    """Lines behind which one teacher stands become one, with at least another's numbers in it: alone they would tell
    of a person, and so would the rest of the total."""
    alone = [line for line in lines if line.teachers == 1]
    rest = sorted((line for line in lines if line.teachers > 1), key=lambda line: (line.teachers, line.title))
    if len(alone) == 1:
        alone += rest[:1]
    if not alone:
        return list(lines)
    kept = [line for line in lines if line not in alone]
    sums = Line(title, None, tuple(row for line in alone for row in line.rows))
    return [*sorted(kept, key=lambda line: natural_key(line.title)), sums]
