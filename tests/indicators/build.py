"""Formulas and columns for tests, in one line each."""

from fractions import Fraction
from typing import Any

from indicators.calculations import parse_formula
from indicators.calculations.formulas import Formula, Results
from indicators.calculations.numbers import Amount, Column
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from schools.models import Municipality, School
from schools.periods import Period
from tests.factories import IndicatorFactory, ResultTotalFactory

Json = dict[str, Any]


def results(measure: str, procedure: str = "oge", subject: str = "mathematics", **fields: Any) -> Json:
    return {"type": "results", "procedure": procedure, "subject": subject, "measure": measure, **fields}


def passed_share(**fields: Any) -> Json:
    return {"type": "share", "part": results("passed", **fields), "whole": results("participants", **fields)}


def mean_mark(**fields: Any) -> Json:
    return {"type": "mean", "total": results("mark_sum", **fields), "count": results("participants", **fields)}


def statistic(code: str) -> Json:
    return {"type": "statistic", "code": code}


def statistic_share(part: str, whole: str) -> Json:
    return {"type": "share", "part": statistic(part), "whole": statistic(whole)}


def change(of: Json) -> Json:
    return {"type": "change", "of": of}


def share_of_schools(of: Json, condition: str = "above", than: str = "0") -> Json:
    return {"type": "share_of_schools", "of": of, "is": condition, "than": than}


def schools_meeting(rule: str, *of: Json) -> Json:
    return {"type": "schools_meeting", "rule": rule, "of": list(of)}


def mean_score(**fields: Any) -> Json:
    """Of ЕГЭ Russian, unless said otherwise."""
    exam = {"procedure": "ege", "subject": "russian"} | fields
    return {"type": "mean", "total": results("test_sum", **exam), "count": results("test_count", **exam)}


def relative(of: Json, statistic: str = "") -> Json:
    to = {"to": "region", "statistic": statistic} if statistic else {"to": "municipality"}
    return {"type": "relative", "of": of, **to}


def combined(*of: Json) -> Json:
    return {"type": "combined", "of": list(of)}


def over_years(of: Json, years: int = 3) -> Json:
    return {"type": "over_years", "years": years, "of": of}


def reference(code: str) -> Json:
    return {"type": "indicator", "code": code}


def formula(data: Json) -> Formula:
    return parse_formula(data)


def leaf(measure: str, **fields: Any) -> Results:
    parsed = parse_formula(share_of_schools(results(measure, **fields)))
    node = parsed.of
    assert isinstance(node, Results)
    return node


def year(code: int | str) -> Period:
    return Period.parse(str(code))


def column(numbers: dict[int, int | Fraction | None], *, pupils: bool = True) -> Column:
    """One number a school; where pupils are counted, as many as the number."""
    return {
        school: Amount(number, participants=int(number) if pupils and number is not None else None)
        for school, number in numbers.items()
    }


def indicator(municipality: Municipality, data: Json, **fields: Any) -> Indicator:
    return IndicatorFactory(municipality=municipality, formula=data, **fields)


def took(
    school: School, school_year: int = 2020, marks: tuple[int, int, int, int] = (2, 4, 3, 1), **fields: Any
) -> Any:
    """A result by marks 2, 3, 4, 5, both as the first attempt and as the best one."""
    two, three, four, five = marks
    numbers = {
        "participants": sum(marks),
        "passed": three + four + five,
        "mark_2": two,
        "mark_3": three,
        "mark_4": four,
        "mark_5": five,
    }
    common = {"school": school, "school_year": school_year, **numbers, **fields}
    if "attempt" in fields or common.get("procedure", "oge") not in ("oge", "ege", "gve"):
        return ResultTotalFactory(**common)
    return [ResultTotalFactory(attempt=attempt, **common) for attempt in ("first", "best")]


def of_municipality(row: Indicator, period: int | str = 2020) -> MunicipalityValue | None:
    return MunicipalityValue.objects.filter(indicator=row, period=str(period)).first()


def of_school(row: Indicator, school: School, period: int | str = 2020) -> SchoolValue | None:
    return SchoolValue.objects.filter(indicator=row, school=school, period=str(period)).first()
