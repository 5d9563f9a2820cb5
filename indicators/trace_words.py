"""The steps of a value in Russian: what each is, and the reckoning with its own figures; reads nothing."""

from fractions import Fraction

from indicators.calculations.formulas import (
    NUMBERS,
    Change,
    Combined,
    Condition,
    Count,
    Formula,
    Kind,
    Mean,
    Number,
    OverYears,
    Relative,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    kind_of,
)
from indicators.calculations.numbers import Exact
from indicators.calculations.outcomes import Outcome
from indicators.calculations.problems import Vocabulary
from indicators.calculations.tracing import Step
from indicators.calculations.wording import CONDITIONS, describe
from schools.wording import MINUS, NBSP, PERCENT_POINTS, exact, number, percent, rounded, signed

PLACES = {Kind.PERCENT: 1, Kind.MEAN: 2, Kind.RATIO: 3, Kind.COUNT: 4}
OPPOSITE = {
    Condition.ABOVE: Condition.AT_MOST,
    Condition.AT_LEAST: Condition.BELOW,
    Condition.BELOW: Condition.AT_LEAST,
    Condition.AT_MOST: Condition.ABOVE,
}
MOST_TERMS = 12  # so many are written out


def title(step: Step, vocabulary: Vocabulary) -> str:
    """«Число преодолевших минимальный порог ОГЭ по математике (9 класс, до пересдач)»."""
    node = step.node
    return describe(Count(node) if isinstance(node, NUMBERS) else node, vocabulary)


def figure(step: Step) -> str:
    """The value alone: «75,0 %», «+19,9 п. п.», «12»; for a school that is counted whether it meets the condition."""
    outcome = step.outcome
    if outcome is None or outcome.value is None:
        return ""
    if isinstance(step.node, ShareOfSchools | SchoolsMeeting) and not step.is_total:
        return "условие выполнено" if outcome.numerator else "условие не выполнено"
    return _value(outcome.value, step.node)


def reckoning(step: Step) -> str:
    """How the value is made of the steps below it: «12 : 16 = 75,0 %»; "" where it is simply there, or nowhere."""
    outcome = step.outcome
    if outcome is None or outcome.value is None:
        return ""
    if step.is_total and step.schools and not step.parts:
        return _of_schools(step, outcome)
    return _of_parts(step, outcome)


def judged(step: Step) -> str:
    """What decides about a school that is counted: «+0,37, это больше 0»; numbers of pupils are not told."""
    node = step.node
    if not isinstance(node, ShareOfSchools) or not step.parts[0].is_known:
        return ""
    looked_at = step.parts[0]
    than = _bound(node.than, looked_at.node)
    found = reckoning(looked_at) if isinstance(looked_at.node, Change) else figure(looked_at)
    condition = node.condition if step.outcome and step.outcome.numerator else OPPOSITE[node.condition]
    return f"{found}, это {CONDITIONS[condition]} {than}"


def _bound(than: Fraction, node: Formula | Number) -> str:
    """«0», «70 %», «5 п. п.»: what people set has no noughts at its end."""
    if not than or _kind(node) is not Kind.PERCENT:
        return _number(than)
    return f"{_number(than)}{NBSP}{PERCENT_POINTS if isinstance(node, Change) else '%'}"


def interval(step: Step) -> str:
    """«50,5 % – 89,8 %»; "" where there is none."""
    bounds = step.outcome.interval if step.outcome else None
    return f"{_value(Fraction(bounds.low), step.node)} – {_value(Fraction(bounds.high), step.node)}" if bounds else ""


def _of_schools(step: Step, outcome: Outcome) -> str:
    """Sums over sums; a count has no second one."""
    if outcome.numerator is None or outcome.denominator is None:
        return ""
    return _ratio(outcome, step.node)


def _of_parts(step: Step, outcome: Outcome) -> str:
    values = [part.outcome.value for part in step.parts if part.outcome and part.outcome.value is not None]
    match step.node:
        case Share() | Mean():
            return _ratio(outcome, step.node)
        case Change(of=inner) if len(values) == 2:
            now, then = (_value(value, inner) for value in values)
            return f"{now} {MINUS} {_bracketed(then)} {_equals(outcome.value, step.node)}"
        case ShareOfSchools():
            return judged(step)
        case SchoolsMeeting(of=conditions, needs_all=needs_all):
            met = sum(bool(part.outcome and part.outcome.numerator) for part in step.parts)
            return f"выполнено условий: {met} из {len(conditions)}; нужно {'каждое' if needs_all else 'хотя бы одно'}"
        case Relative(of=inner) if len(values) == 2:
            own, whole = (_value(value, inner) for value in values)
            return f"{own} : {whole} {_equals(outcome.value, step.node)}"
        case Combined():
            return _weighted(step, outcome)
        case OverYears(of=inner) if outcome.denominator is not None:
            return _years(step, outcome, inner)
        case node if isinstance(node, NUMBERS) and 1 < len(values) <= MOST_TERMS:
            return f"{' + '.join(_number(value) for value in values)} = {_number(outcome.value or 0)}"
        case _:
            return ""


def _ratio(outcome: Outcome, node: Formula | Number) -> str:
    if outcome.numerator is None or outcome.denominator is None:
        return ""
    return f"{_number(outcome.numerator)} : {_number(outcome.denominator)} {_equals(outcome.value, node)}"


def _weighted(step: Step, outcome: Outcome) -> str:
    """«(3,50 × 16 + 4,00 × 4) : 20 = 3,60»."""
    parts = [part.outcome for part in step.parts if part.outcome and part.outcome.value is not None]
    if outcome.denominator is None or any(part.weight is None for part in parts):
        return ""
    terms = [f"{_value(part.value or 0, step.node)} × {_number(part.weight or 0)}" for part in parts]
    return f"({' + '.join(terms)}) : {_number(outcome.denominator)} {_equals(outcome.value, step.node)}"


def _years(step: Step, outcome: Outcome, inner: Formula) -> str:
    """«(12 + 10) : (16 + 20) ≈ 61,1 %»."""
    years = [part.outcome for part in step.parts if part.outcome is not None]
    sums = []
    for name in ("numerator", "denominator"):
        numbers = [_number(getattr(year, name) or 0) for year in years]
        sums.append(f"({' + '.join(numbers)})" if len(numbers) > 1 else numbers[0])
    return f"{sums[0]} : {sums[1]} {_equals(outcome.value, inner)}"


def _equals(value: Exact | None, node: Formula | Number) -> str:
    """«= 75,0 %», or «≈ 33,3 %» where it is rounded."""
    whole = exact(value)
    if whole is None:
        return ""
    sign = "=" if rounded(whole, _places(node)) == whole else "≈"
    return f"{sign} {_value(whole, node)}"


def _value(value: Exact, node: Formula | Number) -> str:
    """In the unit that the kind of the formula has; a change with its sign."""
    kind, places = _kind(node), _places(node)
    if isinstance(node, Change):
        text = signed(Fraction(value), places, keep_zeros=kind is not Kind.COUNT)
        return f"{text}{NBSP}{PERCENT_POINTS}" if kind is Kind.PERCENT else text
    if kind is Kind.PERCENT:
        return percent(Fraction(value))
    return number(Fraction(value), places, keep_zeros=kind in (Kind.MEAN, Kind.RATIO))


def _bracketed(text: str) -> str:
    """A number below nought that is taken away."""
    return f"({text})" if text.startswith(MINUS) else text


def _number(value: Exact) -> str:
    return number(Fraction(value), PLACES[Kind.COUNT])


def _kind(node: Formula | Number) -> Kind:
    return Kind.COUNT if isinstance(node, NUMBERS) else kind_of(node) or Kind.COUNT


def _places(node: Formula | Number) -> int:
    return PLACES[_kind(node)]
