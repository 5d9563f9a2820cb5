"""What values say, as sentences at the head of a page; reads nothing, numbers are handed in."""

import math
from collections import Counter
from collections.abc import Collection, Iterable
from decimal import Decimal

from indicators.calculations.comparable import COMPARED_IN_PART, NOT_COMPARABLE
from indicators.calculations.progress import Challenge, Progress
from indicators.models import ChangeReading, Reading
from schools.periods import Period, PeriodKind
from schools.wording import NBSP, change_in_unit, in_unit, number, part_of, plan_in_unit, plural

BY_FEW = {1: "одному", 2: "двум", 3: "трём", 4: "четырём"}
FOR_FEW = {1: "одного", 2: "двух", 3: "трёх", 4: "четырёх"}
INDICATOR_FORMS = "показателя,показателей,показателей"  # after «из»


WITHOUT_WAY = {
    "fulfilled": "Выполнен: 100\u00a0% пути",
    "still": "Без движения: 0\u00a0% пути",
    "kept": "Удержан",
    "not_kept": "Не удержан",
    "no_baseline": "Нет исходного значения",
    "no_target": "План не задан",
    "no_data": "Нет данных",
    "no_direction": "Не оценивается",
    "other_version": "Не измеряется: план задан для прежней версии определения",
}
# How a change was made comparable, or why there is none.
COMPARISONS = {
    COMPARED_IN_PART: "сравнено только то, что есть в обоих периодах",
    NOT_COMPARABLE: "сравнить не с чем: в двух периодах показатель складывается из разного",
}
UNTESTED = "значимость не оценивается"  # no interval: a verdict must not sound firmer than one with it
LEVELS = {"low": "невысокий", "middle": "средний", "high": "напряжённый"}


def programme_sentence(readings: Iterable[str]) -> str:
    """«Из 13 показателей программы 9 достигли плана, 3 отстают, по одному нет данных.»"""
    counts = Counter(readings)
    total = sum(counts.values())
    if not total:
        return "Показатели программы ещё не заведены."
    if counts[Reading.REACHED] == total:
        return "Все показатели программы достигли плана."
    if counts[Reading.NO_DATA] == total:
        return "По показателям программы за этот год данных пока нет."
    parts = [
        say(counts[reading])
        for reading, say in (
            (Reading.REACHED, lambda n: f"{n} {plural(n, 'достиг,достигли,достигли')} плана"),
            (Reading.ON_TRACK, lambda n: f"{n} {plural(n, 'идёт,идут,идут')} по плану"),
            (Reading.BEHIND, lambda n: f"{n} {plural(n, 'отстаёт,отстают,отстают')}"),
            (Reading.NO_TARGET, lambda n: f"для {FOR_FEW.get(n, n)} план не задан"),
            (Reading.NO_DATA, lambda n: f"по {BY_FEW.get(n, n)} нет данных"),
        )
        if counts[reading]
    ]
    return f"Из {total} {plural(total, INDICATOR_FORMS)} программы {', '.join(parts)}."


def dynamics_sentence(change_readings: Iterable[str]) -> str:
    """«лучше — 5, хуже — 2, без значимых изменений — 1»; nothing where there is nothing to compare."""
    counts = Counter(change_readings)
    steady = counts[ChangeReading.SAME] + counts[ChangeReading.NOT_SIGNIFICANT]
    parts = [
        f"{words} — {count}"
        for words, count in (
            ("лучше", counts[ChangeReading.BETTER]),
            ("хуже", counts[ChangeReading.WORSE]),
            ("без значимых изменений", steady),
        )
        if count
    ]
    return ", ".join(parts)


def value_sentence(
    *,
    value: Decimal | None,
    unit: str,
    period: str,
    parts: str,
    target: Decimal | None,
    reading: str,
    excluded: int = 0,
) -> str:
    """«В 2020/2021 учебном году — 75,0 % (3 из 4 школ). План 70 % достигнут.»; `excluded` results were left out."""
    if value is None:
        plan = f" План — {plan_in_unit(target, unit)}." if target is not None else ""
        gap = "значения нет: все результаты исключены как необъективные" if excluded else "данных нет"
        return f"{_when(period)} {gap}.{plan}"
    shown = f"{_when(period)} — {in_unit(value, unit)}{f' ({parts})' if parts else ''}."
    if target is None:
        return shown
    plan = plan_in_unit(target, unit)
    verdict = {
        Reading.REACHED: f" План {plan} достигнут.",
        Reading.BEHIND: f" План {plan} не достигнут.",
    }
    return shown + verdict.get(Reading(reading), f" План — {plan}.")


def change_sentence(
    change: Decimal | None, unit: str, change_from: str, change_reading: str, *, has_interval: bool
) -> str:
    """«На 19,9 п. п. больше, чем в 2018/2019 учебном году; рост значимый.»; "" where there is nothing to tell."""
    if change is None or not change_from:
        return ""
    then = _when(change_from)
    then = then[:1].lower() + then[1:]
    if change == 0:
        return f"Столько же, сколько {then}."
    more = change > 0
    amount = change_in_unit(abs(change), unit).removeprefix("+")
    if not any(digit in amount for digit in "123456789"):
        return f"Почти столько же, сколько {then}: при показанной точности значение не изменилось."
    words = f"На {amount} {'больше' if more else 'меньше'}, чем {then}"
    noun = "рост" if more else "снижение"
    if change_reading == ChangeReading.NOT_SIGNIFICANT:
        return f"{words}; {noun} не {'значимый' if more else 'значимое'}: разница может быть случайной."
    if has_interval and change_reading in (ChangeReading.BETTER, ChangeReading.WORSE):
        return f"{words}; {noun} {'значимый' if more else 'значимое'}."
    if change_reading in (ChangeReading.BETTER, ChangeReading.WORSE):
        return f"{words}; {UNTESTED}."
    return f"{words}."


def comparison_text(warnings: Collection[str]) -> str:
    """«сравнено только то, что есть в обоих периодах»; "" where both sides are made of the same."""
    return next((text for code, text in COMPARISONS.items() if code in warnings), "")


def progress_text(progress: Progress) -> str:
    """«Пройдено 64 % пути», «Перевыполнен: 125 % пути». Whole per cents, but nothing rounds to the end of the way."""
    percent = progress.percent
    if percent is None:
        return WITHOUT_WAY[progress.kind]
    match progress.kind:
        case "under_way":
            return (
                f"Пройдено {_per_cent(math.floor(percent))} пути" if percent >= 1 else "Пройдено меньше 1\u00a0% пути"
            )
        case "exceeded":
            return f"Перевыполнен: {_per_cent(math.floor(percent))} пути" if percent >= 101 else "Немного перевыполнен"
        case "worsened":
            return f"Ухудшение: {_per_cent(math.ceil(percent))} пути" if percent <= -1 else "Небольшое ухудшение"
        case _:
            return WITHOUT_WAY[progress.kind]


def challenge_text(challenge: Challenge) -> str:
    """«План уже выполняют 12 из 40 школ: уровень средний»."""
    meeting = part_of(challenge.meeting, challenge.schools, "школы,школ")
    verb = plural(challenge.meeting, "выполняет,выполняют,выполняют")
    return f"{verb} {meeting}" + (f": уровень {LEVELS[challenge.level]}" if challenge.level else "")


def _per_cent(whole: int) -> str:
    return f"{number(whole, 0)}{NBSP}%"


def ratio_line(numerator: Decimal, denominator: Decimal) -> str:
    """«102 : 136 = 0,75», as people check it on a calculator."""
    quotient = number(numerator / denominator, 4)
    about = "=" if (numerator / denominator * 10000) % 1 == 0 else "≈"
    return f"{number(numerator, 4)} : {number(denominator, 4)} {about} {quotient}"


def _when(code: str) -> str:
    period = Period.parse(code)
    match period.kind:
        case PeriodKind.SCHOOL_YEAR:
            return f"В {period.label} учебном году"
        case PeriodKind.CALENDAR_YEAR:
            return f"В {period.label} году"
        case PeriodKind.DATE:
            return f"На {period.label}"
        case _:
            return f"За {period.label} года"
