"""Random small towns and random formulas of the grammar, for holding the two calculations against each other."""

import datetime as dt
from random import Random
from typing import Any

from hypothesis import strategies as st

from indicators.calculations import FormulaError, parse_formula
from indicators.models import CountedUpTo
from indicators.services.versions import keep_version
from monitoring.models import ObjectivityFlag, Result
from roadmaps.models import Activity, Occurrence, ProgressUpdate, Roadmap, RoadmapSection
from schools.models import Category, Municipality
from tests.factories import (
    BaselineFactory,
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityStatisticFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    TargetFactory,
)

Json = dict[str, Any]
YEARS = (2017, 2018, 2019, 2020)
SCHOOLS = 3
# Procedure, subject, grade of the paper, wave.
EXAMS = (
    ("oge", "mathematics", 9, "main"),
    ("ege", "russian", 11, "main"),
    ("ege", "mathematics_base", 11, "main"),
    ("ege", "mathematics_profile", 11, "main"),
    ("vpr", "mathematics", 5, "spring"),
    ("vpr", "mathematics", 4, "autumn"),
    ("kdr", "reading_literacy", 4, "main"),
)
LEVELS = ("Недостаточный", "Базовый", "Повышенный")
STATISTICS = ("pupils", "staff", "staff_trained")  # the first one counts pupils
OF_REGION = "of_region"
CATEGORIES = ("low_results", "difficult_conditions")
DUE = tuple(dt.date(year, month, 20) for year in YEARS for month in (3, 8, 10))  # of reports on plans


# --- What schools did ---------------------------------------------------------------------------


def session(random: Random, school: int) -> Json:
    """A session of some exam, with whatever its files happened to say."""
    procedure, subject, grade, wave = random.choice(EXAMS)
    row: Json = {
        "school": school,
        "procedure": procedure,
        "subject": subject,
        "grade": grade,
        "pupil_grade": grade + (wave == "autumn"),
        "wave": wave,
        "attempt": "first",
        "school_year": random.choice(YEARS),
        "session": random.choice("ab") if wave == "main" else "",
    }
    marks = [random.randint(0, 7) for _ in range(4)]
    if procedure == "kdr":
        levels = dict(zip(LEVELS, marks, strict=False))
        return row | {"participants": sum(levels.values()), "levels": levels if random.random() < 0.9 else None}
    row["participants"] = sum(marks)
    row["listed"] = random.choice([None, sum(marks) + 1])
    if random.random() < 0.85:
        row |= {f"mark_{mark}": count for mark, count in zip((2, 3, 4, 5), marks, strict=True)}
    elif random.random() < 0.3:
        row["participants"] = None
    row["passed"] = None if random.random() < 0.15 else sum(marks[1:])
    if procedure == "ege" and random.random() < 0.8:
        scores = {random.randint(0, 100): random.randint(1, 4) for _ in range(random.randint(0, 5))}
        row |= {
            "test_sum": sum(score * count for score, count in scores.items()),
            "test_count": sum(scores.values()),
            "test_histogram": {str(score): count for score, count in scores.items()} or None,
        }
    return row


def resit_of(random: Random, first: Json) -> Json:
    """Of some of those who failed, or by mistake of more."""
    marks = {f"mark_{mark}": random.randint(0, 3) for mark in (2, 3, 4, 5)}
    total = sum(marks.values())
    key = {name: first[name] for name in KEY}
    own = {"attempt": "resit", "session": "r", "pupil_grade": first["pupil_grade"], "participants": total}
    return key | own | marks | {"passed": total - marks["mark_2"]}


def town(random: Random) -> Json:
    held = [session(random, school) for school in range(SCHOOLS) for _ in range(random.randint(3, 20))]
    held += [resit_of(random, one) for one in held if one["procedure"] in ("oge", "ege") and random.random() < 0.5]
    schools = range(SCHOOLS)
    some = random.randint(0, 3)
    return {
        "sessions": held,
        "statistics": {
            (school, code, year): random.randint(0, 12)
            for school in schools
            for code in STATISTICS
            for year in YEARS
            if random.random() < 0.7
        },
        "of_region": {year: random.choice([0, 3, 50, 80]) for year in YEARS if random.random() < 0.7},
        "lists": {
            (school, category, year)
            for school in schools
            for category in CATEGORIES
            for year in YEARS
            if random.random() < 0.5
        },
        "flagged": random.sample(held, min(some, len(held))),
        "reports": {
            (school, due): random.choice(["", "draft", "returned", "in time", "late"])
            for school in schools
            for due in DUE
            if random.random() < 0.6
        },
        "counted_up_to": random.choice([None, dt.date(2019, 8, 31), dt.date(2020, 3, 20), dt.date(2021, 12, 31)]),
    }


# Shrinking the numbers of a town tells little and takes long, so all of it hangs on one number.
towns = st.integers(0, 2**32).map(lambda seed: town(Random(seed)))


# --- What is asked of them ---------------------------------------------------------------------------


@st.composite
def numbers(draw: st.DrawFn, exam: Json, measures: tuple[str, ...]) -> Json:
    """Of one exam, or several of its measures added up."""
    wanted = draw(st.lists(st.sampled_from(measures), min_size=1, max_size=3, unique=True))
    terms = [{"type": "results", **exam, "measure": measure} for measure in wanted]
    return terms[0] if len(terms) == 1 else {"type": "sum", "of": terms}


@st.composite
def exams(draw: st.DrawFn) -> Json:
    procedure, subject, grade, wave = draw(
        st.sampled_from([*EXAMS, ("ege", "mathematics", 11, "main"), ("oge", "mathematics", 9, "main")])
    )
    exam: Json = {"procedure": procedure, "subject": subject}
    if procedure in ("oge", "ege"):
        exam["attempt"] = draw(st.sampled_from(["first", "best"]))
    elif procedure == "kdr" or draw(st.booleans()):
        exam |= {"grade": grade, **({"wave": wave} if procedure == "vpr" else {})}
    else:
        exam |= {"pupil_grade": 5, "wave": wave}
    return exam


@st.composite
def quotients(draw: st.DrawFn) -> Json:
    exam = draw(exams())

    def result(measure: str, **more: Any) -> Json:
        return {"type": "results", **exam, "measure": measure, **more}

    match draw(st.sampled_from(["marks", "levels", "mean", "scores", "statistics", "two_exams", "reports"])):
        case "reports":
            part, whole = draw(st.sampled_from([("reported", "awaited"), ("in_time", "reported")]))
            return {"type": "share", "part": _reports(part), "whole": _reports(whole)}
        case "marks":
            part = draw(numbers(exam, ("passed", "mark_2", "mark_3", "mark_4", "mark_5")))
            return {"type": "share", "part": part, "whole": result("participants")}
        case "levels":
            part = result("levels", levels=["базовый", "Повышенный"])
            return {"type": "share", "part": part, "whole": result("participants")}
        case "mean":
            return {"type": "mean", "total": result("mark_sum"), "count": result("participants")}
        case "scores":
            return {"type": "mean", "total": result("test_sum"), "count": result("test_count")}
        case "two_exams":
            other = draw(exams())
            sums = [
                {"type": "sum", "of": [result(one), {"type": "results", **other, "measure": one}]}
                for one in ("passed", "participants")
            ]
            return {"type": "share", "part": sums[0], "whole": sums[1]}
    statistic = {"type": "statistic", "code": draw(st.sampled_from(STATISTICS[1:]))}
    return {"type": "share", "part": statistic, "whole": {"type": "statistic", "code": "pupils"}}


def _reports(measure: str) -> Json:
    return {"type": "records", "kind": "activities", "measure": measure}


counts = st.sampled_from(
    [
        {"type": "count", "of": {"type": "identified", "categories": [*CATEGORIES]}},
        {"type": "count", "of": {"type": "identified", "categories": ["low_results"]}},
        {"type": "count", "of": {"type": "statistic", "code": "staff"}},
        {"type": "count", "of": _reports("in_time")},
        {
            "type": "count",
            "of": {"type": "sum", "of": [{"type": "statistic", "code": code} for code in STATISTICS[:2]]},
        },
        {"type": "count", "of": {"type": "results", "procedure": "oge", "subject": "mathematics", "measure": "passed"}},
    ]
)


def _more(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    of_schools = st.builds(
        lambda of, condition, than: {"type": "share_of_schools", "of": of, "is": condition, "than": than},
        inner,
        st.sampled_from(["above", "at_least", "below", "at_most"]),
        st.sampled_from(["0", "50", "3.5", "1"]),
    )
    several = st.lists(inner, min_size=2, max_size=2)
    return st.one_of(
        st.builds(lambda of: {"type": "change", "of": of}, inner),
        of_schools,
        st.builds(lambda of: {"type": "relative", "of": of}, inner),
        st.builds(lambda of: {"type": "relative", "of": of, "to": "region", "statistic": OF_REGION}, inner),
        st.builds(lambda of: {"type": "combined", "of": of}, several),
        st.builds(lambda of, years: {"type": "over_years", "of": of, "years": years}, inner, st.integers(2, 3)),
        st.builds(
            lambda of, rule: {"type": "schools_meeting", "rule": rule, "of": of},
            st.lists(of_schools, min_size=2, max_size=2),
            st.sampled_from(["any", "all"]),
        ),
    )


def is_formula(data: Json) -> bool:
    try:
        parse_formula(data)
    except FormulaError:
        return False
    return True


@st.composite
def joined(draw: st.DrawFn) -> Json:
    """Two exams together, which schools seldom have in the same years, and mostly the change of that."""
    made: Json = {"type": "combined", "of": [draw(quotients()), draw(quotients())]}
    around: Json = draw(
        st.sampled_from(
            [{}, {"type": "relative"}, {"type": "over_years", "years": 2}, {"type": "relative", "each": True}]
        )
    )
    if around.get("each"):
        made = made | {"of": [{"type": "relative", "of": one} for one in made["of"]]}
    elif around:
        made = around | {"of": made}
    return draw(st.sampled_from([made, {"type": "change", "of": made}]))


formulas = st.recursive(quotients() | counts, _more, max_leaves=4).filter(is_formula)
populations = st.sampled_from(
    [
        {"type": "all"},
        {"type": "categories", "categories": ["low_results"]},
        {"type": "categories", "categories": [*CATEGORIES]},
        {"type": "categories_of_year", "categories": ["low_results"], "school_year": 2019},
        {"type": "schools", "codes": ["S0", "S2", "nobody"]},
    ]
)


@st.composite
def catalogues(draw: st.DrawFn) -> list[Json]:
    """Simple indicators and others, the first perhaps with a second version, and one that refers to it."""
    said = {
        "population": populations,
        "direction": st.sampled_from(["up", "down", "none"]),
        "period_kind": st.sampled_from(["school_year", "calendar_year"]),
    }
    simple = st.fixed_dictionaries({"formula": (quotients() | counts).filter(is_formula)} | said)
    any_of_them = st.fixed_dictionaries({"formula": formulas} | said)
    rows = [*draw(st.lists(simple, min_size=5, max_size=5)), *draw(st.lists(any_of_them, min_size=4, max_size=4))]
    rows += draw(
        st.lists(st.fixed_dictionaries({"formula": joined().filter(is_formula)} | said), min_size=3, max_size=3)
    )
    rows[0] = rows[0] | {"later": draw(st.none() | st.tuples(st.sampled_from(DAYS), formulas, populations))}
    return [*rows, rows[1] | {"formula": {"type": "change", "of": {"type": "indicator", "code": "p0"}}}]


DAYS = (dt.date(2019, 8, 1), dt.date(2020, 1, 1))  # from which a second version holds
plans = st.lists(
    st.tuples(st.integers(0, 9), st.none() | st.integers(0, 2), st.sampled_from(YEARS), st.integers(0, 99))
)


# --- Into the database -----------------------------------------------------------------------------------


def build(town: Json, catalogue: list[Json], plan: list[Any]) -> Municipality:
    municipality = MunicipalityFactory()
    schools = [SchoolFactory(municipality=municipality, code=f"S{place}") for place in range(SCHOOLS)]
    held = {tuple(row[name] for name in KEY): row for row in town["sessions"]}  # a session is there once
    Result.objects.bulk_create(Result(**row | {"school": schools[row["school"]]}) for row in held.values())
    kinds = {
        code: StatisticKindFactory(code=f"{code}_{municipality.pk}", counts_pupils=code == "pupils")
        for code in (*STATISTICS, OF_REGION)
    }
    for (school, code, year), value in town["statistics"].items():
        for period in (str(year), f"cy{year + 1}"):
            SchoolStatisticFactory(school=schools[school], kind=kinds[code], period=period, value=value)
    for year, value in town["of_region"].items():
        MunicipalityStatisticFactory(municipality=municipality, kind=kinds[OF_REGION], period=str(year), value=value)
    for school, category, year in sorted(town["lists"]):
        IdentificationFactory(school=schools[school], category=Category(category), school_year=year)
    for one in town["flagged"]:
        exam = {name: one[name] for name in ("procedure", "subject", "grade", "school_year")}
        exam["wave"] = one["wave"] if one["grade"] % 2 else ""  # "" is about all waves, as the official list
        flagged = {"school": schools[one["school"]], **exam}
        ObjectivityFlag.objects.get_or_create(**flagged, defaults={"reason": "Пики отметок"})
    _plans(municipality, schools, town)
    _indicators(municipality, schools, catalogue, plan)
    return municipality


KEY = ("school", "procedure", "subject", "grade", "wave", "attempt", "school_year", "session")


def _plans(municipality: Municipality, schools: list[Any], town: Json) -> None:
    """Each school has a plan of one row, due on some days."""
    if town["counted_up_to"] is not None:
        CountedUpTo.objects.create(municipality=municipality, day=town["counted_up_to"])
    term = {"starts_on": dt.date(2017, 1, 1), "ends_on": dt.date(2021, 12, 31)}
    for place, school in enumerate(schools):
        plan = Roadmap.objects.create(municipality=municipality, school=school, title="План", state="approved", **term)
        section = RoadmapSection.objects.create(roadmap=plan, position=1, title="Раздел")
        row = Activity.objects.create(roadmap=plan, section=section, position=1, title="Семинар")
        told = {due: what for (of, due), what in town["reports"].items() if of == place}
        times = Occurrence.objects.bulk_create(
            Occurrence(activity=row, label=due.isoformat(), starts_on=due, due_on=due) for due in told
        )
        ProgressUpdate.objects.bulk_create(
            ProgressUpdate(
                occurrence=time,
                school=school,
                state=what if what in ("draft", "returned") else "accepted",
                reason="Нет протокола" if what == "returned" else "",
                submitted_at=dt.datetime.combine(due + dt.timedelta(what == "late"), dt.time(9), dt.UTC),
            )
            for time, (due, what) in zip(times, told.items(), strict=True)
            if what
        )


def _indicators(municipality: Municipality, schools: list[Any], catalogue: list[Json], plan: list[Any]) -> None:
    rows = []
    for place, fields in enumerate(catalogue):
        later = fields.get("later")
        said = {name: value for name, value in fields.items() if name != "later"}
        said["formula"] = _with_codes_of(municipality.pk, said["formula"])
        row = IndicatorFactory(municipality=municipality, code=f"p{place}", **said)
        if later:
            day, row.formula, row.population = later[0], _with_codes_of(municipality.pk, later[1]), later[2]
            row.version = 2
            row.save()
            keep_version(row, valid_from=day)
        rows.append(row)
    for (place, school, year), value in {row[:3]: row[3] for row in plan}.items():
        row = rows[place]
        period = f"cy{year + 1}" if row.period_kind == "calendar_year" else str(year)
        about = {"indicator": row, "school": None if school is None else schools[school], "value": value}
        (BaselineFactory if year == YEARS[0] else TargetFactory)(**about, period=period)


def _with_codes_of(pk: int, data: Any) -> Any:
    """Kinds of statistics are common to all towns, so each town has its own."""
    if isinstance(data, list):
        return [_with_codes_of(pk, one) for one in data]
    if not isinstance(data, dict):
        return data
    own = {name: _with_codes_of(pk, said) for name, said in data.items()}
    if own.get("type") == "statistic":
        own["code"] = f"{own['code']}_{pk}"
    if "statistic" in own:
        own["statistic"] = f"{own['statistic']}_{pk}"
    return own
