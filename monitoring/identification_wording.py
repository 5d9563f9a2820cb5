"""The rule, what it finds and what separates a school from another finding, in the words of pages and documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from indicators.procedures import Attempt, Procedure
from indicators.subjects import subject_name
from monitoring.identification.groups import Cut, CutKind, Group, GroupSettings
from monitoring.identification.margin import Margin
from monitoring.identification.parameters import Exam, Mode, Parameters
from monitoring.identification.rule import Finding, ProcedureOfSchool, Standing, Verdict
from schools.models import Category
from schools.wording import NBSP, counted, number, percent, plural, school_year

PUPILS = "участник,участника,участников"
PUPILS_GENITIVE = "участника,участников"


@dataclass(frozen=True)
class Fact:
    """One parameter of the rule."""

    name: str
    text: str


def rule_facts(parameters: Parameters, year: int) -> tuple[Fact, ...]:
    """Every parameter in words; two rules differ where their facts do."""
    at_least = "не менее" if parameters.inclusive else "более"
    least = parameters.min_procedures
    where = "в каждом году окна" if parameters.mode is Mode.EACH_YEAR else "за всё окно вместе"
    years = list(parameters.years(year))
    attempt = "до пересдач" if parameters.attempt is Attempt.FIRST else "с учётом пересдач"
    return (
        Fact("Процедуры", exams_in_words(parameters.exams)),
        Fact("Порог", f"{at_least} {number(parameters.threshold, 2)}{NBSP}% участников с низким результатом"),
        Fact("Сколько процедур", f"не менее {counted_genitive(least, 'процедуры,процедур')} {where}"),
        Fact(
            "Окно",
            f"{counted(len(years), 'учебный год,учебных года,учебных лет')}: {', '.join(map(school_year, years))}",
        ),
        Fact("Попытка", attempt),
        Fact("Необъективные результаты", "не учитываются" if parameters.leave_out_not_objective else "учитываются"),
        Fact(
            "Малое число участников",
            f"меньше {number(parameters.min_n)} — «недостаточно данных», процедура не учитывается ни за, ни против",
        ),
    )


def counted_genitive(count: int, forms: str) -> str:
    """«не менее 2 процедур»; forms «процедуры,процедур»."""
    one, many = forms.split(",")
    return f"{number(count)}{NBSP}{plural(count, f'{one},{many},{many}')}"


def exams_in_words(exams: Iterable[Exam]) -> str:
    """«ВПР 5 кл.: русский язык, математика; ОГЭ 9 кл.: …»."""
    told = []
    for (procedure, grade), group in groupby(exams, key=lambda exam: (exam.procedure, exam.grade)):
        names = ", ".join(_lower(subject_name(exam.subject)) for exam in group)
        told.append(f"{Procedure(procedure).label} {grade}{NBSP}кл.: {names}")
    return "; ".join(told)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def exam_in_words(one: ProcedureOfSchool) -> str:
    """«ВПР 5 кл., математика, 2020/2021»."""
    return f"{one.exam.label}, {school_year(one.school_year)}"


def result_in_words(one: ProcedureOfSchool) -> str:
    """«7 из 20 (35,0 %)», or why there is nothing to be told."""
    share = one.share
    if share is None:
        if one.participants is None and one.standing is not Standing.NO_DATA:
            return "меньше 5 участников, числа скрыты"
        return "участников нет" if one.participants == 0 else "нет данных"
    return f"{number(one.low)} из {number(one.participants)} ({percent(100 * share)})"


def standing_in_words(one: ProcedureOfSchool) -> str:
    """Why a procedure counts neither way; empty where it counts."""
    return {
        Standing.TOO_FEW: "мало участников, не учитывается",
        Standing.EXCLUDED: "признаки необъективности, не учитывается",
        Standing.NO_DATA: "не учитывается",
    }.get(one.standing, "")


def margin_in_words(margin: Margin | None, finding: Finding[int], parameters: Parameters) -> str:
    """What would have to be otherwise, by how many pupils and in which procedures; else why nothing would do."""
    if margin is None:
        return f"Одними отметками не изменить: {_why_not(finding, parameters)}."
    steps = "; ".join(f"{exam_in_words(step.procedure)} — {number(step.pupils)}" for step in margin.steps)
    pupils = margin.pupils
    if margin.enters:
        got = plural(pupils, "получил,получили,получили")
        return f"Вошла бы, если бы ещё {counted(pupils, PUPILS)} {got} низкий результат: {steps}."
    return f"Вышла бы, если бы у {counted_genitive(pupils, PUPILS_GENITIVE)} результат не был низким: {steps}."


def _why_not(finding: Finding[int], parameters: Parameters) -> str:
    if finding.verdict is Verdict.MEETS:
        return "порог достигнут при любых результатах"
    if finding.verdict is Verdict.DOES_NOT_MEET:
        return "порога не достичь ни при каких результатах"
    needed = counted_genitive(parameters.min_procedures, "процедуры,процедур")
    if parameters.mode is Mode.EACH_YEAR:
        return f"не в каждом году окна учтено не менее {needed}, как требует правило"
    return f"учтено процедур: {number(len(finding.counted))}, а правилу нужно не менее {needed}"


def group_label(group: str, labels: Mapping[str, str]) -> str:
    """What a group is called there; the portal's own word where the municipality has none."""
    return labels.get(group) or Category(group).label


def cut_in_words(cut: Cut, lines: tuple[Fraction, Fraction] | None, n: int) -> str:
    """How an axis is cut, at which values, over how many schools."""
    schools = counted_genitive(n, "школе,школам")
    if lines is None:
        known = f"известны по {schools}" if n else "не известны ни по одной школе"
        return f"{cut.kind.label}: линий нет, данных для них слишком мало (обе оси {known})"
    low, high = (number(line, 2) for line in lines)
    at = f"линия {low}" if lines[0] == lines[1] else f"линии {low} и {high}"
    over = "" if cut.kind is CutKind.FIXED else f", по {schools}"
    return f"{cut.kind.label}: {at}{over}"


def group_means(group: Group) -> str:
    """Where on the axes a group stands."""
    return {
        Group.RESILIENT: "высокие результаты в сложных условиях",
        Group.EFFECTIVE: "высокие результаты в благоприятных условиях",
        Group.DEPRIVED: "низкие результаты в сложных условиях",
        Group.NOT_COPING: "низкие результаты в благоприятных условиях",
        Group.RISK_ZONE: "между линиями хотя бы по одной оси",
    }[group]


def labels_of(settings: GroupSettings | None) -> dict[str, str]:
    """What every category that a list covers is called there."""
    named = settings.labels if settings else {}
    groups = {group.value: group_label(group.value, named) for group in Group}
    return {Category.LOW_RESULTS.value: Category.LOW_RESULTS.label} | groups
