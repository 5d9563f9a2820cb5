"""The analysis a second time: plain Python, pandas and scipy's own tests over stored sessions, by no code of the
analysis. Towns are drawn by chance, with sessions, re-sits and results that are not to be trusted among them."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import product
from statistics import NormalDist, fmean
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from accounts.access import Role
from indicators.engine import recompute
from indicators.models import SchoolStatistic
from monitoring.models import ObjectivityFlag, Result
from monitoring.queries.analysis.early_warning import early_warning
from monitoring.queries.analysis.groups import LOW_SHARE, groups_of
from monitoring.queries.analysis.heat_map import Mode, heat_map
from monitoring.queries.analysis.weak_topics import weak_topics
from tests.factories import (
    MembershipFactory,
    MunicipalityFactory,
    ObjectivityFlagFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    result_with_total,
)
from tests.indicators.build import indicator, passed_share

pytestmark = pytest.mark.django_db

YEARS = range(2016, 2021)
SUBJECTS = ("mathematics", "russian")
TASKS = ("1", "2", "10К1")
Row = dict[str, Any]


@pytest.fixture(params=[1, 2])
def town(request) -> SimpleNamespace:
    """Eighteen schools of three kinds over five years; who is weak stays weak."""
    dice = random.Random(request.param)
    town = MunicipalityFactory()
    kinds = {
        code: StatisticKindFactory(code=code, counts_pupils=code != "social_wellbeing_index")
        for code in ("students", "risk_group", "social_wellbeing_index")
    }
    for number in range(18):
        school, kind = SchoolFactory(municipality=town, name=f"Школа № {number}"), number % 3
        students = dice.randint(100, 160) * (1, 1, 6)[kind]
        told = {"students": students, "risk_group": students // (3, 12, 12)[kind], "social_wellbeing_index": 40}
        for code, value in told.items():
            noise = dice.randrange(9) if code == "social_wellbeing_index" else 0
            SchoolStatisticFactory(school=school, kind=kinds[code], value=value + noise)
        for year, subject in product(YEARS, SUBJECTS):
            if dice.random() < 0.9:
                _sit(school, year, subject, (0.5, 0.15, 0.1)[kind], dice)
    return SimpleNamespace(town=town, user=MembershipFactory(municipality=town, role=Role.METHODIST).user)


def _sit(school, year: int, subject: str, weak: float, dice: random.Random) -> None:
    """One session or two, perhaps a re-sit that counts for nothing here, perhaps a flag."""
    for day in ("24", "27")[: dice.choice((1, 1, 2))]:
        _session(school, year, subject, f"{year + 1}-05-{day}", weak, dice)
    if dice.random() < 0.3:
        _session(school, year, subject, f"{year + 1}-09-06", 0.9, dice, attempt="resit")
    if dice.random() < 0.06:
        ObjectivityFlagFactory(school=school, school_year=year, subject=subject)


def _session(school, year: int, subject: str, day: str, weak: float, dice: random.Random, **more: Any) -> None:
    pupils = dice.randint(6, 40)
    low = sum(dice.random() < weak for _ in range(pupils))
    usual = {"1": 0.85, "2": 0.6, "10К1": 0.4}
    tasks = {
        task: {"done": sum(dice.random() > weak * (1 - usual[task]) * 2 for _ in range(pupils)), "participants": pupils}
        for task in TASKS
    }
    marks = {"mark_2": low, "mark_3": pupils - low, "mark_4": 0, "mark_5": 0, "passed": pupils - low}
    where = {"school": school, "school_year": year, "subject": subject, "session": day}
    result_with_total(**where, **marks, participants=pupils, tasks=tasks, **more)


def trusted_sessions() -> list[Row]:
    """First attempts, as they are stored."""
    flagged = set(ObjectivityFlag.objects.values_list("school_id", "school_year", "subject"))
    fields = ("school_id", "school_year", "subject", "participants", "mark_2", "passed", "tasks")
    rows = Result.objects.filter(attempt="first").values(*fields)
    return [row for row in rows if (row["school_id"], row["school_year"], row["subject"]) not in flagged]


def sums(rows: Iterable[Row]) -> dict[tuple[int, str, int], tuple[int, int]]:
    """Low results and pupils by school, subject and year."""
    found: dict[tuple[int, str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        low, n = found[row["school_id"], row["subject"], row["school_year"]]
        found[row["school_id"], row["subject"], row["school_year"]] = low + row["mark_2"], n + row["participants"]
    return dict(found)


# --- Weak topics ------------------------------------------------------------------------


def weak_by_hand(rows: list[Row]) -> dict[tuple[int, int, str, str], tuple[float, float, float]]:
    """School, year, subject and task: its share, that of the others, and the p-value."""
    done: Counter[tuple[int, int, str, str]] = Counter()
    took: Counter[tuple[int, int, str, str]] = Counter()
    for row in rows:
        for task, numbers in row["tasks"].items():
            place = row["school_id"], row["school_year"], row["subject"], task
            done[place] += numbers["done"]
            took[place] += numbers["participants"]
    tested = {}
    for place, n in took.items():
        alike = [other for other in took if other[1:] == place[1:] and other != place]
        k, others_k, others_n = done[place], sum(done[one] for one in alike), sum(took[one] for one in alike)
        pooled, least = (k + others_k) / (n + others_n), min(n, others_n)
        if least < 5 or least * pooled < 5 or least * (1 - pooled) < 5:
            continue
        z = (k / n - others_k / others_n) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / others_n))
        tested[place] = 100 * k / n, 100 * others_k / others_n, NormalDist().cdf(z)
    in_order = sorted(p for _, _, p in tested.values())
    passing = [p for rank, p in enumerate(in_order, start=1) if p <= 0.05 * rank / len(in_order)]
    return {place: found for place, found in tested.items() if passing and found[2] <= passing[-1]}


def test_weak_topics(town):
    expected = weak_by_hand([row for row in trusted_sessions() if row["school_year"] >= 2018])
    found = weak_topics(user=town.user, municipality=town.town, school_year=2020)
    lines = {(line.school.pk, line.work.school_year, line.work.subject, line.task): line.found for line in found.lines}
    of_year = {place: numbers for place, numbers in expected.items() if place[1] == 2020}
    assert len(of_year) > 2
    assert lines.keys() == of_year.keys()
    for place, (share, others, p_value) in of_year.items():
        one = lines[place]
        assert (one.share, one.share_of_others) == (pytest.approx(share), pytest.approx(others))
        assert one.p_value == pytest.approx(p_value, rel=1e-6, abs=1e-12)
    schools: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for school, year, subject, task in expected:
        schools[subject, task, year].add(school)
    asked = {
        (subject, f"задание {task} ({year}/{year + 1})"): those
        for (subject, task, year), those in schools.items()
        if len(those) >= 3
    }
    seminars = {(one.work.subject, one.title): {school.pk for school in one.schools} for one in found.seminars}
    assert seminars == asked


# --- Early warning ------------------------------------------------------------------------

Known = dict[tuple[int, str, int], tuple[int, int]]
BINS = ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0))


def log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def foretelling(known: Known, target: int, settings: tuple[float, float, float]) -> dict[tuple[int, str], tuple]:
    """a and b of each school and subject that sat the last time before the target year."""
    prior, memory, certainty = settings
    found = {}
    for subject in SUBJECTS:
        before = max((year for _, one, year in known if one == subject and year < target), default=None)
        here = {(school, year): pair for (school, one, year), pair in known.items() if one == subject and year < target}
        whole = [pair for (_, year), pair in here.items() if year == before]
        share = sum(low for low, _ in whole) / sum(n for _, n in whole) if whole else 0.0
        for school in {school for school, year in here if year == before}:
            past = [(memory ** (before - year), *pair) for (one, year), pair in here.items() if one == school]
            a = prior * share + sum(weight * low for weight, low, _ in past)
            b = prior * (1 - share) + sum(weight * (n - low) for weight, low, n in past)
            scale = min(1, certainty / (a + b))
            found[school, subject] = max(a * scale, 1e-3), max(b * scale, 1e-3)
    return found


def best_settings(known: Known, years: list[int]) -> tuple[float, float, float]:
    def likelihood(settings: tuple[float, float, float]) -> float:
        total = 0.0
        for year in years[1:]:
            for (school, subject), (a, b) in foretelling(known, year, settings).items():
                if (school, subject, year) in known:
                    low, n = known[school, subject, year]
                    total += log_beta(low + a, n - low + b) - log_beta(a, b)
        return total

    choices = product((5.0, 10.0, 20.0, 40.0), (0.3, 0.6, 0.9), (10.0, 20.0, 40.0, 80.0, 160.0))
    return max(choices, key=likelihood)


def probability(a: float, b: float, n: int) -> float:
    """That at least 30 % of n have a low result."""
    least = -(-3 * n // 10)
    return sum(math.comb(n, k) * math.exp(log_beta(k + a, n - k + b) - log_beta(a, b)) for k in range(least, n + 1))


def test_the_early_warning_and_its_trial_on_held_back_years(town):
    known, years = sums(trusted_sessions()), list(YEARS)
    said, plain, came = [], [], []
    for target in years[2:]:
        earlier = [year for year in years if year < target]
        settings = best_settings(known, earlier)
        before = [10 * low >= 3 * n for (_, _, year), (low, n) in known.items() if year < target]
        for (school, subject), (a, b) in foretelling(known, target, settings).items():
            if (school, subject, target) in known:
                low, n = known[school, subject, target]
                said.append(probability(a, b, n))
                plain.append(fmean(before))
                came.append(10 * low >= 3 * n)
    found = early_warning(user=town.user, municipality=town.town, school_year=2020)
    trial = found.trial
    assert trial is not None
    assert (trial.years, trial.pairs, trial.events) == (tuple(years[2:]), len(said), sum(came))
    brier, of_plain = ([(p - c) ** 2 for p, c in zip(one, came, strict=True)] for one in (said, plain))
    assert (trial.brier, trial.plain) == (pytest.approx(fmean(brier)), pytest.approx(fmean(of_plain)))
    assert [sum(low <= p < high or p == high == 1 for p in said) for low, high in BINS] == [
        next((one.count for one in trial.bins if one.low == low), 0) for low, _ in BINS
    ]
    assert not found.silent
    ahead = foretelling(known, 2021, best_settings(known, years))
    expected = {
        (school, subject): chance
        for (school, subject), (a, b) in ahead.items()
        if (chance := probability(a, b, known[school, subject, 2020][1])) >= 0.25
    }
    told = {
        (item.school.pk, line.forecast.series.subject): line.forecast.probability
        for item in found.schools
        for line in item.lines
    }
    assert len(expected) > 3
    assert told == {place: pytest.approx(chance) for place, chance in expected.items()}


# --- Groups of schools ----------------------------------------------------------------------


def features_by_pandas() -> pd.DataFrame:
    """Numbers of schools, shares in per cent, and the share of low results of 2020 without exams of few pupils."""
    rows = pd.DataFrame(SchoolStatistic.objects.values("school_id", "kind__code", "value"))
    told = rows.assign(value=rows["value"].astype(float)).pivot(index="school_id", columns="kind__code", values="value")
    exams = pd.DataFrame(
        [
            (school, low, n)
            for (school, _, year), (low, n) in sums(trusted_sessions()).items()
            if year == 2020 and n >= 5
        ],
        columns=["school_id", "low", "n"],
    )
    exams = exams.groupby("school_id").sum()
    return pd.DataFrame(
        {
            "students": told["students"],
            "risk_group": 100 * told["risk_group"] / told["students"],
            "wellbeing": told["social_wellbeing_index"],
            LOW_SHARE: 100 * exams["low"] / exams["n"],
        }
    ).dropna()


def test_groups_of_schools_their_means_and_how_well_they_are_parted(town):
    found = groups_of(user=town.user, municipality=town.town, school_year=2020, seed=1)
    features = features_by_pandas()
    assert {pk for item in found.described for pk in item.group.schools} == set(features.index)
    points = (features - features.mean()) / features.std(ddof=0)
    middles = [points.loc[list(item.group.schools)].mean() for item in found.described]
    for place, item in enumerate(found.described):
        means = features.loc[list(item.group.schools)].mean()
        for trait in item.group.traits:
            assert trait.mean == pytest.approx(means[trait.feature])
            assert trait.of_all == pytest.approx(features[trait.feature].mean())
            assert trait.deviation == pytest.approx(middles[place][trait.feature])
        for school in item.group.schools:  # nearer to the middle of its own group than to any other
            far = [((points.loc[school] - middle) ** 2).sum() for middle in middles]
            assert far[place] == min(far)
    assert silhouette(points, [list(item.group.schools) for item in found.described]) == pytest.approx(
        found.grouping.silhouettes[found.grouping.count]
    )
    assert found.grouping.count == max(found.grouping.silhouettes, key=found.grouping.silhouettes.get)


def silhouette(points: pd.DataFrame, groups: list[list[int]]) -> float:
    """The mean of (b − a) / max(a, b): a to the others of the own group, b to the nearest other group."""
    found = []
    for group in groups:
        for school in group:
            mean_to = [
                fmean(np.linalg.norm(points.loc[school] - points.loc[other]) for other in those if other != school)
                for those in (group, *(one for one in groups if one is not group))
            ]
            own, nearest = mean_to[0], min(mean_to[1:])
            found.append((nearest - own) / max(own, nearest))
    return fmean(found)


# --- Heat map ---------------------------------------------------------------------------------


def test_the_heat_map_against_the_municipality_and_the_year_before(town):
    """Shares of mathematics; «не значимо» where the 95 % intervals of scipy's Wilson meet."""
    indicator(town.town, passed_share(), unit="percent")
    recompute(town.town.pk)
    frame = pd.DataFrame([row for row in trusted_sessions() if row["subject"] == "mathematics"])
    parts = frame.groupby(["school_id", "school_year"])[["passed", "participants"]].sum()
    whole = parts.xs(2020, level="school_year").sum()
    of_all = 100 * whole["passed"] / whole["participants"]

    def cells(mode: Mode) -> dict[int, Any]:
        rows = heat_map(user=town.user, municipality=town.town, school_year=2020, mode=mode).rows
        return {row.school.pk: row.cells[0] for row in rows}

    against, changed = cells(Mode.WHOLE), cells(Mode.CHANGE)
    signs = Counter()
    for school, cell in against.items():
        if (school, 2020) not in parts.index:
            assert cell.words == "нет данных"
            continue
        low, value, high = interval(parts.loc[school, 2020])
        assert cell.text == f"{value:.1f}".replace(".", ",") + "\u00a0%"
        like = low <= of_all <= high
        assert cell.icon == ("≈" if like else "▲" if value > of_all else "▼")
        signs[cell.icon] += 1
        if (school, 2019) in parts.index:
            before = interval(parts.loc[school, 2019])
            same = low <= before[2] and before[0] <= high
            icon = ("=" if value == before[1] else "≈") if same else "▲" if value > before[1] else "▼"
            assert changed[school].icon == icon
        else:
            assert changed[school].words == "сравнить не с чем"
    assert len(signs) > 1


def interval(parts: pd.Series) -> tuple[float, float, float]:
    """Its ends about the share, in per cent."""
    passed, n = int(parts["passed"]), int(parts["participants"])
    ends = binomtest(passed, n).proportion_ci(0.95, method="wilson")
    return 100 * ends.low, 100 * passed / n, 100 * ends.high
