"""Formulas between JSON and the typed tree. The grammar is in the package's docstring."""

from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from indicators.calculations.checks import check_formula
from indicators.calculations.formulas import (
    Change,
    Combined,
    Condition,
    Count,
    Exam,
    Formula,
    Identified,
    IndicatorRef,
    Mean,
    Measure,
    Node,
    OverYears,
    Records,
    Relative,
    Results,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    Statistic,
    Sum,
)
from indicators.calculations.problems import Fields, FormulaError, Problem, Vocabulary
from indicators.calculations.records import known_kinds
from indicators.procedures import WITH_RESITS, Attempt, Procedure, Wave
from indicators.subjects import SUBJECTS

LEAF_TYPES = frozenset({"results", "statistic", "identified", "records"})
NUMBER_TYPES = LEAF_TYPES | {"sum"}
POOLED_TYPES = frozenset({"share", "mean", "combined", "over_years"})  # means over pupils, staff or the like
ABOUT_SCHOOLS_TYPES = frozenset({"share_of_schools", "schools_meeting"})
VALUE_TYPES = POOLED_TYPES | ABOUT_SCHOOLS_TYPES | {"count", "change", "relative", "indicator"}
OF_RELATIVE = POOLED_TYPES | {"indicator"}
OF_COMBINED = POOLED_TYPES | {"change", "relative", "indicator"}
OF_YEARS = frozenset({"share", "mean", "count", "combined", "indicator"})
OF_MEETING = ABOUT_SCHOOLS_TYPES | {"indicator"}
YEARS_TOGETHER = (2, 5)
GRADE_OF_PAPER = {Procedure.OGE: 9, Procedure.EGE: 11}  # the others need to be told


def parse_formula(data: Any, vocabulary: Vocabulary | None = None, *, path: str = "formula") -> Formula:
    """The formula of this JSON; FormulaError with every problem when it is none."""
    reader = _Reader(vocabulary or Vocabulary())
    node: Any = reader.node(data, path, VALUE_TYPES)
    problems = reader.problems or list(check_formula(node, path))
    if problems:
        raise FormulaError(problems)
    formula: Formula = node
    return formula


WIDEST_EXACT = 9  # digits: no count of people, score or share in a municipality needs more


class _Reader:
    """Reads nodes, collecting problems; a node that could not be read is None."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.readers: dict[str, Callable[[Fields], Any]] = {
            "results": self.results,
            "statistic": self.statistic,
            "identified": self.identified,
            "records": self.records,
            "sum": self.sum,
            "share": self.share,
            "mean": self.mean,
            "count": self.count,
            "change": self.change,
            "share_of_schools": self.share_of_schools,
            "schools_meeting": self.schools_meeting,
            "relative": self.relative,
            "combined": self.combined,
            "over_years": self.over_years,
            "indicator": self.indicator,
        }

    def node(self, data: Any, path: str, allowed: Collection[str]) -> Any:
        if not isinstance(data, dict):
            self.problems.append(Problem(path, "нужен объект с полем type"))
            return None
        fields = Fields(data, path, self.problems)
        kind = fields.choice("type", sorted(allowed))
        if kind is None:
            return None
        before = len(self.problems)
        node = self.readers[kind](fields)
        fields.finish()
        return node if len(self.problems) == before else None

    def child(self, fields: Fields, name: str, allowed: Collection[str]) -> Any:
        return self.node(fields.take(name), f"{fields.path}.{name}", allowed)

    def results(self, fields: Fields) -> Any:
        exam = self.exam(fields)
        attempt = fields.choice("attempt", (Attempt.FIRST, Attempt.BEST), Attempt.FIRST)
        if exam and attempt == Attempt.BEST and exam.procedure not in WITH_RESITS:
            fields.say("attempt", f"у процедуры {exam.procedure.label} пересдач нет: нужно first")
        measure = fields.choice("measure", Measure)
        levels = fields.codes("levels", None) if measure == Measure.LEVELS else ()
        if measure != Measure.LEVELS and fields.take("levels") is not None:
            fields.say("levels", "уровни указывают только вместе с measure: levels")
        if exam is None or attempt is None or measure is None or levels is None:
            return None
        return Results(exam, Attempt(attempt), Measure(measure), levels)

    def exam(self, fields: Fields) -> Exam | None:
        procedure = fields.choice("procedure", Procedure)
        subject = fields.choice("subject", SUBJECTS)
        grade, pupil_grade = fields.whole("grade", 1, 12), fields.whole("pupil_grade", 1, 12)
        if procedure is None or subject is None:
            fields.take("wave")
            return None
        held = Procedure(procedure)
        waves = (Wave.SPRING, Wave.AUTUMN) if held is Procedure.VPR else (Wave.MAIN,)
        wave = fields.choice("wave", waves, waves[0])
        if pupil_grade is None and fields.data.get("grade") is None:
            grade = GRADE_OF_PAPER.get(held)
            if grade is None:
                fields.say("grade", "укажите класс работы (grade) или обучающихся (pupil_grade)")
        return Exam(held, subject, grade, pupil_grade, Wave(wave)) if wave else None

    def statistic(self, fields: Fields) -> Any:
        code = fields.known_code("code", self.vocabulary.statistics)
        return Statistic(code) if code else None

    def identified(self, fields: Fields) -> Any:
        categories = fields.codes("categories", self.vocabulary.categories)
        return Identified(categories) if categories else None

    def records(self, fields: Fields) -> Any:
        kind = fields.choice("kind", known_kinds())
        measure = fields.choice("measure", known_kinds()[kind].measures) if kind else fields.take("measure")
        return Records(kind, measure) if kind and measure else None

    def sum(self, fields: Fields) -> Any:
        terms = self.several(fields, LEAF_TYPES, "слагаемых", "слагаемое повторяется")
        return Sum(terms) if terms else None

    def several(self, fields: Fields, allowed: Collection[str], of_them: str, repeated: str) -> tuple[Any, ...] | None:
        """At least two different nodes."""
        data = fields.take("of")
        if not isinstance(data, list) or len(data) < 2:
            fields.say("of", f"нужен список хотя бы из двух {of_them}")
            return None
        nodes = [self.node(item, f"{fields.path}.of[{place}]", allowed) for place, item in enumerate(data)]
        for place, node in enumerate(nodes):
            if node is not None and node in nodes[:place]:
                fields.say(f"of[{place}]", repeated)
        return tuple(nodes)

    def share(self, fields: Fields) -> Any:
        return Share(self.child(fields, "part", NUMBER_TYPES), self.child(fields, "whole", NUMBER_TYPES))

    def mean(self, fields: Fields) -> Any:
        return Mean(self.child(fields, "total", NUMBER_TYPES), self.child(fields, "count", NUMBER_TYPES))

    def count(self, fields: Fields) -> Any:
        return Count(self.child(fields, "of", NUMBER_TYPES))

    def change(self, fields: Fields) -> Any:
        inner = self.child(fields, "of", VALUE_TYPES)
        since = fields.choice("since", ("previous", "start"), "previous")
        return Change(inner, since == "start") if since else None

    def share_of_schools(self, fields: Fields) -> Any:
        inner = self.child(fields, "of", (VALUE_TYPES | NUMBER_TYPES) - {"share_of_schools"})
        condition = fields.choice("is", Condition)
        than = self.exact(fields, "than")
        return ShareOfSchools(inner, Condition(condition), than) if condition and than is not None else None

    def schools_meeting(self, fields: Fields) -> Any:
        rule = fields.choice("rule", ("any", "all"))
        conditions = self.several(fields, OF_MEETING, "условий", "условие повторяется")
        return SchoolsMeeting(conditions, rule == "all") if rule and conditions else None

    def relative(self, fields: Fields) -> Any:
        inner = self.child(fields, "of", OF_RELATIVE)
        to = fields.choice("to", ("municipality", "region"), "municipality")
        if to == "region":
            code = fields.known_code("statistic", self.vocabulary.statistics)
            return Relative(inner, Statistic(code)) if code else None
        if fields.take("statistic") is not None:
            fields.say("statistic", "показатель формы указывают только вместе с to: region")
        return Relative(inner) if to else None

    def combined(self, fields: Fields) -> Any:
        values = self.several(fields, OF_COMBINED, "значений", "значение повторяется")
        return Combined(values) if values else None

    def over_years(self, fields: Fields) -> Any:
        inner = self.child(fields, "of", OF_YEARS)
        years = fields.whole("years", *YEARS_TOGETHER)
        if fields.data.get("years") is None:
            fields.say("years", f"укажите, сколько лет складывать: от {YEARS_TOGETHER[0]} до {YEARS_TOGETHER[1]}")
        return OverYears(inner, years) if years else None

    def indicator(self, fields: Fields) -> Any:
        code = fields.known_code("code", self.vocabulary.indicators)
        return IndicatorRef(code) if code else None

    def exact(self, fields: Fields, name: str) -> Fraction | None:
        """A number that is written exactly: text or a whole number, never a binary fraction."""
        value = fields.take(name)
        try:
            is_exact = isinstance(value, str | int) and not isinstance(value, bool)
            number = Decimal(value) if is_exact else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            fields.say(name, 'нужно число, записанное строкой, например "0" или "2.5"')
            return None
        # Before it is worked out: of "1e1000000" the exact number alone would stop the portal.
        if abs(number.adjusted()) > WIDEST_EXACT or len(number.as_tuple().digits) > 2 * WIDEST_EXACT:
            fields.say(
                name, f"слишком большое или слишком точное число: не больше {WIDEST_EXACT} цифр до запятой и после"
            )
            return None
        return Fraction(number)


def to_json(node: Node) -> dict[str, Any]:
    """The JSON from which `parse_formula` makes this node again, with every default said."""
    match node:
        case Results():
            return _results_to_json(node)
        case Statistic(code=code):
            return {"type": "statistic", "code": code}
        case Identified(categories=categories):
            return {"type": "identified", "categories": list(categories)}
        case Records(kind=kind, measure=measure):
            return {"type": "records", "kind": kind, "measure": measure}
        case Sum(of=terms):
            return {"type": "sum", "of": [to_json(term) for term in terms]}
        case Share(part=part, whole=whole):
            return {"type": "share", "part": to_json(part), "whole": to_json(whole)}
        case Mean(total=total, count=count):
            return {"type": "mean", "total": to_json(total), "count": to_json(count)}
        case Count(of=of):
            return {"type": "count", "of": to_json(of)}
        case Change(of=inner, since_start=since_start):
            since = {"since": "start"} if since_start else {}
            return {"type": "change", "of": to_json(inner), **since}
        case ShareOfSchools(of=of_schools, condition=condition, than=than):
            condition_json = {"is": condition.value, "than": decimal_text(than)}
            return {"type": "share_of_schools", "of": to_json(of_schools), **condition_json}
        case SchoolsMeeting(of=conditions, needs_all=needs_all):
            rule = "all" if needs_all else "any"
            return {"type": "schools_meeting", "rule": rule, "of": [to_json(part) for part in conditions]}
        case Relative(of=inner, region=region):
            to = {"to": "region", "statistic": region.code} if region else {"to": "municipality"}
            return {"type": "relative", "of": to_json(inner), **to}
        case Combined(of=values):
            return {"type": "combined", "of": [to_json(value) for value in values]}
        case OverYears(of=inner, years=years):
            return {"type": "over_years", "years": years, "of": to_json(inner)}
        case IndicatorRef(code=code):
            return {"type": "indicator", "code": code}


def _results_to_json(node: Results) -> dict[str, Any]:
    exam = node.exam
    grades = {"grade": exam.grade, "pupil_grade": exam.pupil_grade}
    return {
        "type": "results",
        "procedure": exam.procedure.value,
        "subject": exam.subject,
        **{name: grade for name, grade in grades.items() if grade is not None},
        "wave": exam.wave.value,
        "attempt": node.attempt.value,
        "measure": node.measure.value,
        **({"levels": list(node.levels)} if node.levels else {}),
    }


def decimal_text(number: Fraction) -> str:
    """«2.5»; every bound comes from decimal text, so it has an end."""
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
