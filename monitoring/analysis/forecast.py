"""Early warning: how likely it is that next year's share of low results reaches the threshold.

The share of a school drifts from year to year around what it was, and few pupils make it jump by chance. So its next
share is drawn from a beta distribution whose mean lies between the school's own years, recent ones counting more, and
the municipality's last year; the number of low results among n pupils is then beta-binomial. How much the municipality
counts (`prior`), how quickly years fade (`memory`) and how sure one can be at most (`certainty`) are those that would
have foretold the years that are known best.

Before anything is said it is tried on years held back: each is foretold from the years before it alone, and compared
with the plain guess that every school runs the same risk. Where that is not beaten, or the pairs are too few, nothing
is said at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import sqrt
from typing import Any

import numpy as np
from scipy import special

MIN_YEARS = 3  # two to learn from, one to try on
MIN_PAIRS = 20  # school × exam in the years held back
ONE_SIDED = 1.645  # standard errors
MIN_PUPILS = 5  # of a school in its last year; a share of fewer jumps whatever the school does
INTERVAL = 0.8  # the central part of the distribution that is shown
BINS = (0.0, 0.2, 0.5, 0.8, 1.0)  # of forecasts, to compare what was said with what came
PRIORS, MEMORIES, CERTAINTIES = (5.0, 10.0, 20.0, 40.0), (0.3, 0.6, 0.9), (10.0, 20.0, 40.0, 80.0, 160.0)

Series = Any  # hashable; an exam: procedure, subject, grade
School = Any  # hashable


@dataclass(frozen=True)
class Observations:
    """What schools did in exams and years, as columns: how many of n pupils had a low result.

    A series and a school are places in the lists of their names. Rows of one series, school and year are added up.
    """

    all_series: Sequence[Series]
    all_schools: Sequence[School]
    series: np.ndarray
    school: np.ndarray
    year: np.ndarray
    low: np.ndarray
    n: np.ndarray

    def __post_init__(self) -> None:
        wrong = np.flatnonzero((self.low < 0) | (self.low > self.n) | (self.n == 0))
        if wrong.size:
            raise ValueError(f"{self.low[wrong[0]]:g} low results of {self.n[wrong[0]]:g}")

    @classmethod
    def of(cls, rows: Iterable[tuple[Series, School, int, int, int]]) -> "Observations":
        """Of (series, school, year, low, n)."""
        known = list(rows)
        all_series, all_schools = (sorted({row[place] for row in known}, key=repr) for place in (0, 1))
        series, schools = ({name: at for at, name in enumerate(names)} for names in (all_series, all_schools))
        placed = [(series[row[0]], schools[row[1]], *row[2:]) for row in known]
        return cls(all_series, all_schools, *np.array(placed, dtype=int).reshape(-1, 5).T)


@dataclass(frozen=True)
class Settings:
    prior: float
    memory: float
    certainty: float


CHOICES = tuple(Settings(*chosen) for chosen in product(PRIORS, MEMORIES, CERTAINTIES))


@dataclass(frozen=True)
class Forecast:
    """For the year after the last: the probability that the threshold is reached, and where the share will lie."""

    series: Series
    school: School
    n: int  # as many pupils as in the last year
    years: tuple[int, ...]  # that it was made of
    probability: float  # 0…1, as are the shares
    low: float
    high: float


@dataclass(frozen=True)
class Bin:
    """Forecasts that said about the same: how many came true."""

    low: float
    high: float
    count: int
    said: float
    came: float


@dataclass(frozen=True)
class Trial:
    """How the forecast did on years held back. Brier: the mean square of the miss, less is better."""

    years: tuple[int, ...]
    pairs: int
    events: int
    brier: float
    plain: float  # of the same risk for everybody
    error_of_gain: float  # the standard error of `plain - brier`
    bins: tuple[Bin, ...]

    @property
    def is_worth_telling(self) -> bool:
        """Whether it beat the plain guess by more than chance would (one-sided, 95 %)."""
        return self.plain - self.brier > ONE_SIDED * self.error_of_gain

    @property
    def skill(self) -> float:
        """The part of the plain guess's error that is spared; not above nought means that nothing is foretold."""
        return 1 - self.brier / self.plain if self.plain else 0.0


@dataclass(frozen=True)
class Warnings:
    """Forecasts, or the reason why there are none: `few_years`, `few_pairs`, `no_events`, `no_skill`."""

    year: int  # the last one known
    forecasts: tuple[Forecast, ...]
    trial: Trial | None
    silent: str = ""


def warn(observations: Observations, *, threshold: float, inclusive: bool = True) -> Warnings:
    """Foretell the year after the last one, if what was foretold of the known years would have been worth anything."""
    table = _Table(observations)
    last = int(table.years[-1]) if table.years.size else 0
    if len(table.years) < MIN_YEARS:
        return Warnings(last, (), None, "few_years")
    known = [_pairs(table, target) for target in range(1, len(table.years))]
    fits = [_likelihoods(pairs) for pairs in known[:-1]]
    trial = _try_on_held_back(table, known, fits, threshold, inclusive)
    silent = _why_silent(trial)
    if silent:
        return Warnings(last, (), trial, silent)
    settings = _best_settings([*fits, _likelihoods(known[-1])])
    return Warnings(last, tuple(_foretell(table, settings, threshold, inclusive)), trial)


def _why_silent(trial: Trial) -> str:
    if trial.pairs < MIN_PAIRS:
        return "few_pairs"
    if trial.events in (0, trial.pairs):
        return "no_events"
    return "" if trial.is_worth_telling else "no_skill"


class _Table:
    """Observations as series-and-school × years; n is nought where nobody sat."""

    def __init__(self, known: Observations) -> None:
        self.all_series, self.all_schools = known.all_series, known.all_schools
        self.years, year = np.unique(known.year, return_inverse=True)
        keys, row = np.unique(known.series * max(1, len(self.all_schools)) + known.school, return_inverse=True)
        self.series, self.school = np.divmod(keys, max(1, len(self.all_schools)))
        self.low, self.n = np.zeros((2, len(keys), len(self.years)))
        np.add.at(self.low, (row, year), known.low)
        np.add.at(self.n, (row, year), known.n)
        low, total = np.zeros((2, len(self.all_series), len(self.years)))
        np.add.at(low, (known.series, year), known.low)
        np.add.at(total, (known.series, year), known.n)
        self.is_held = total > 0
        self.share = np.divide(low, total, out=np.zeros_like(low), where=self.is_held)  # of the municipality

    def before(self, target: int) -> np.ndarray:
        """Of each series the place of the last year before this one in which anybody sat the exam; −1 for none."""
        held = self.is_held[:, :target]
        return np.where(held.any(axis=1), target - 1 - held[:, ::-1].argmax(axis=1), -1)


@dataclass(frozen=True)
class _Pairs:
    """Schools × exams whose next year is asked for: their past, and what came where it is known."""

    rows: np.ndarray  # of the table
    lows: np.ndarray  # pairs × years: low results
    highs: np.ndarray  # and the others
    ages: np.ndarray  # years since
    whole: np.ndarray  # the municipality's share in the year before
    n: np.ndarray
    low: np.ndarray


def _pairs(table: _Table, target: int) -> _Pairs:
    """Those that sat the exam the last time before the target year; a target past the known years is still to come."""
    is_known = target < len(table.years)
    before = table.before(target)[table.series]
    rows = np.flatnonzero(before >= 0)
    sat = table.n[rows, before[rows]] > 0
    rows = rows[sat & (table.n[rows, target] > 0)] if is_known else rows[sat]
    before = before[rows]
    n, low = table.n[rows, :target], table.low[rows, :target]
    ages = np.where(n > 0, table.years[before][:, None] - table.years[None, :target], 0)
    whole = table.share[table.series[rows], before]
    asked = (rows, target if is_known else before)
    return _Pairs(rows, low, n - low, ages, whole, table.n[asked], table.low[asked])


def _faded(pairs: _Pairs, memory: float) -> tuple[np.ndarray, np.ndarray]:
    """Low results and others of the past, the older the less."""
    weights = memory**pairs.ages
    return (pairs.lows * weights).sum(axis=1), (pairs.highs * weights).sum(axis=1)


def _parameters(
    pairs: _Pairs, settings: Settings, faded: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Of the beta distributions of the next shares."""
    low = settings.prior * pairs.whole + faded[0]
    high = settings.prior * (1 - pairs.whole) + faded[1]
    scale = np.minimum(1, settings.certainty / (low + high))
    least = 1e-3  # a share of nought or one is never certain
    return np.maximum(low * scale, least), np.maximum(high * scale, least)


def _log_beta(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """As `scipy.special.betaln`, several times as fast; of counts of pupils no digits are lost."""
    return np.asarray(special.gammaln(a) + special.gammaln(b) - special.gammaln(a + b))


def _likelihoods(pairs: _Pairs) -> np.ndarray:
    """Of each choice the logarithm of the probability of what came, without what does not depend on the choice."""
    faded = {memory: _faded(pairs, memory) for memory in MEMORIES}
    found = []
    for chosen in CHOICES:
        a, b = _parameters(pairs, chosen, faded[chosen.memory])
        found.append(float((_log_beta(pairs.low + a, pairs.n - pairs.low + b) - _log_beta(a, b)).sum()))
    return np.array(found)


def _best_settings(fits: Sequence[np.ndarray]) -> Settings:
    """Those under which the years that came were likeliest; the first of equals, so that it is always the same."""
    return CHOICES[int(np.sum(fits, axis=0).argmax())]


def _least(n: np.ndarray, threshold: float, inclusive: bool) -> np.ndarray:
    """The least number of low results that reaches the threshold; a hair's breadth is not lost to binary fractions."""
    exact = threshold * n
    return np.ceil(exact - 1e-9) if inclusive else np.floor(exact + 1e-9) + 1


def _distributions(pairs: _Pairs, settings: Settings) -> np.ndarray:
    """Pairs × (0 … the largest n): the beta-binomial probability of so many low results.

    From each to the next: p(k + 1) = p(k) · (n − k)(a + k) / ((k + 1)(b + n − k − 1)).
    """
    a, b = _parameters(pairs, settings, _faded(pairs, settings.memory))
    n = pairs.n
    low = np.arange(int(n.max(initial=0)))
    rest = n[:, None] - low
    is_within = rest > 0
    steps = np.divide(
        rest * (a[:, None] + low), (low + 1) * (b[:, None] + rest - 1), out=np.ones(rest.shape), where=is_within
    )
    chances = np.zeros((len(n), len(low) + 1))
    chances[:, 0] = _log_beta(a, b + n) - _log_beta(a, b)
    chances[:, 1:] = chances[:, :1] + np.log(steps).cumsum(axis=1)
    chances = np.exp(chances)
    chances[:, 1:] *= is_within
    return chances


def _probabilities(pairs: _Pairs, chances: np.ndarray, threshold: float, inclusive: bool) -> np.ndarray:
    """Of as many low results as the threshold asks for, or more."""
    reached = np.arange(chances.shape[1])[None, :] >= _least(pairs.n, threshold, inclusive)[:, None]
    return np.asarray((chances * reached).sum(axis=1))


def _try_on_held_back(
    table: _Table, known: Sequence[_Pairs], fits: Sequence[np.ndarray], threshold: float, inclusive: bool
) -> Trial:
    """Every year from the third on, foretold by what was known before it.

    `known` and `fits` are of the years from the second on; how well settings fit a year depends on that year and on
    those before it alone.
    """
    said, plain, came, tried = [], [], [], []
    for target in range(MIN_YEARS - 1, len(table.years)):
        pairs = known[target - 1]
        if not pairs.rows.size:
            continue
        tried.append(int(table.years[target]))
        chances = _distributions(pairs, _best_settings(fits[: target - 1]))
        said.append(_probabilities(pairs, chances, threshold, inclusive))
        came.append(pairs.low >= _least(pairs.n, threshold, inclusive))
        plain.append(np.full(len(pairs.rows), _base_rate(table, target, threshold, inclusive)))
    if not said:
        return Trial((), 0, 0, 0.0, 0.0, 0.0, ())
    all_said, all_came, all_plain = np.concatenate(said), np.concatenate(came), np.concatenate(plain)
    misses, plain_misses = (all_said - all_came) ** 2, (all_plain - all_came) ** 2
    return Trial(
        years=tuple(tried),
        pairs=len(all_said),
        events=int(all_came.sum()),
        brier=float(misses.mean()),
        plain=float(plain_misses.mean()),
        error_of_gain=float((plain_misses - misses).std()) / sqrt(len(misses)),
        bins=tuple(_bins(all_said, all_came)),
    )


def _base_rate(table: _Table, target: int, threshold: float, inclusive: bool) -> float:
    """How often the threshold was reached in the years before this one, by whomever."""
    n, low = table.n[:, :target], table.low[:, :target]
    sat = n > 0
    return float((low[sat] >= _least(n[sat], threshold, inclusive)).mean())


def _bins(said: np.ndarray, came: np.ndarray) -> Iterable[Bin]:
    for low, high in pairwise(BINS):
        inside = (said >= low) & ((said < high) | (high == BINS[-1]))
        if inside.any():
            yield Bin(low, high, int(inside.sum()), float(said[inside].mean()), float(came[inside].mean()))


def _foretell(table: _Table, settings: Settings, threshold: float, inclusive: bool) -> Iterable[Forecast]:
    """Of those who sat the exam the last time that it was held."""
    pairs = _pairs(table, len(table.years))
    chances = _distributions(pairs, settings)
    probabilities = _probabilities(pairs, chances, threshold, inclusive)
    below = chances.cumsum(axis=1)
    edge = (1 - INTERVAL) / 2
    lows, highs = ((below >= at - 1e-12).argmax(axis=1) / pairs.n for at in (edge, 1 - edge))
    for place in np.flatnonzero(pairs.n >= MIN_PUPILS):
        row = pairs.rows[place]
        yield Forecast(
            series=table.all_series[table.series[row]],
            school=table.all_schools[table.school[row]],
            n=int(pairs.n[place]),
            years=tuple(table.years[np.flatnonzero(table.n[row])].tolist()),
            probability=float(probabilities[place]),
            low=float(lows[place]),
            high=float(highs[place]),
        )


def by_school(forecasts: Iterable[Forecast]) -> Mapping[School, tuple[Forecast, ...]]:
    """The likeliest first."""
    found: dict[School, list[Forecast]] = defaultdict(list)
    for forecast in forecasts:
        found[forecast.school].append(forecast)
    return {school: tuple(sorted(rows, key=lambda row: -row.probability)) for school, rows in found.items()}
