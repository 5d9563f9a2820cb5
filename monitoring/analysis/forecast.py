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
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import sqrt

import numpy as np
from scipy import special

MIN_YEARS = 3  # two to learn from, one to try on
MIN_PAIRS = 20  # school × exam in the years held back
ONE_SIDED = 1.645  # standard errors
MIN_PUPILS = 5  # of a school in its last year; a share of fewer jumps whatever the school does
INTERVAL = 0.8  # the central part of the distribution that is shown
BINS = (0.0, 0.2, 0.5, 0.8, 1.0)  # of forecasts, to compare what was said with what came
PRIORS, MEMORIES, CERTAINTIES = (5.0, 10.0, 20.0, 40.0), (0.3, 0.6, 0.9), (10.0, 20.0, 40.0, 80.0, 160.0)

Series = Hashable  # an exam: procedure, subject, grade
School = Hashable


@dataclass(frozen=True)
class Observation:
    """What a school did in one exam and year: how many of n pupils had a low result."""

    series: Series
    school: School
    year: int
    low: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.n or self.n == 0:
            raise ValueError(f"{self.low} low results of {self.n}")


@dataclass(frozen=True)
class Settings:
    prior: float
    memory: float
    certainty: float


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


def warn(observations: Iterable[Observation], *, threshold: float, inclusive: bool = True) -> Warnings:
    """Foretell the year after the last one, if what was foretold of the known years would have been worth anything."""
    known = list(observations)
    years = sorted({row.year for row in known})
    last = years[-1] if years else 0
    if len(years) < MIN_YEARS:
        return Warnings(last, (), None, "few_years")
    trial = _try_on_held_back(known, years, threshold, inclusive)
    silent = _why_silent(trial)
    if silent:
        return Warnings(last, (), trial, silent)
    table = _Table(known)
    settings = _best_settings(table, years[1:])
    return Warnings(last, tuple(_foretell(table, settings, last, threshold, inclusive)), trial)


def _why_silent(trial: Trial) -> str:
    if trial.pairs < MIN_PAIRS:
        return "few_pairs"
    if trial.events in (0, trial.pairs):
        return "no_events"
    return "" if trial.is_worth_telling else "no_skill"


class _Table:
    """Observations by series and school, with the municipality's share of each year."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        self.years: dict[tuple[Series, School], dict[int, Observation]] = defaultdict(dict)
        low: dict[tuple[Series, int], int] = defaultdict(int)
        total: dict[tuple[Series, int], int] = defaultdict(int)
        for row in observations:
            self.years[row.series, row.school][row.year] = row
            low[row.series, row.year] += row.low
            total[row.series, row.year] += row.n
        self.share = {key: low[key] / total[key] for key in total}
        self.held: dict[Series, list[int]] = defaultdict(list)
        for series, year in sorted(self.share, key=lambda key: key[1]):
            self.held[series].append(year)

    def before(self, series: Series, year: int) -> int | None:
        """The last year before this one in which anybody sat the exam."""
        earlier = [held for held in self.held[series] if held < year]
        return earlier[-1] if earlier else None


@dataclass(frozen=True)
class _Pairs:
    """Schools × exams whose next year is asked for: their past, and what came where it is known."""

    keys: list[tuple[Series, School]]
    past: list[tuple[int, ...]]  # the years that are known
    lows: np.ndarray  # pairs × years since: low results
    highs: np.ndarray  # and the others
    whole: np.ndarray  # the municipality's share in the year before
    n: np.ndarray
    low: np.ndarray


def _pairs(table: _Table, target: int | None, now: int) -> _Pairs:
    """Those that sat the exam the last time before the target year (after `now`, where it is still to come)."""
    keys: list[tuple[Series, School]] = []
    past: list[tuple[int, ...]] = []
    rows: list[tuple[float, int, int]] = []
    cells: list[tuple[int, int, int, int]] = []
    for key, by_year in sorted(table.years.items(), key=lambda item: repr(item[0])):
        came = by_year.get(target) if target is not None else None
        before = table.before(key[0], now + 1 if target is None else target)
        if (target is not None and came is None) or before is None or before not in by_year:
            continue
        known = [row for year, row in sorted(by_year.items()) if year <= before]
        cells += [(len(keys), before - row.year, row.low, row.n - row.low) for row in known]
        keys.append(key)
        past.append(tuple(row.year for row in known))
        rows.append((table.share[key[0], before], (came or by_year[before]).n, came.low if came else 0))
    columns = np.array(rows, dtype=float).reshape(-1, 3).T
    counts = np.zeros((2, len(keys), 1 + max((age for _, age, _, _ in cells), default=0)))
    for place, age, *pair in cells:
        counts[:, place, age] = pair
    return _Pairs(keys, past, counts[0], counts[1], *columns)


def _parameters(pairs: _Pairs, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Of the beta distributions of the next shares."""
    weights = settings.memory ** np.arange(pairs.lows.shape[1])
    low = settings.prior * pairs.whole + pairs.lows @ weights
    high = settings.prior * (1 - pairs.whole) + pairs.highs @ weights
    scale = np.minimum(1, settings.certainty / (low + high))
    least = 1e-3  # a share of nought or one is never certain
    return np.maximum(low * scale, least), np.maximum(high * scale, least)


def _likelihood(pairs: _Pairs, settings: Settings) -> float:
    """The logarithm of the probability of what came, without what does not depend on the settings."""
    a, b = _parameters(pairs, settings)
    return float(np.sum(special.betaln(pairs.low + a, pairs.n - pairs.low + b) - special.betaln(a, b)))


def _best_settings(table: _Table, targets: Sequence[int]) -> Settings:
    """Those under which the years that came were likeliest; the first of equals, so that it is always the same."""
    known = [_pairs(table, target, target - 1) for target in targets]
    choices = [Settings(*chosen) for chosen in product(PRIORS, MEMORIES, CERTAINTIES)]
    return max(choices, key=lambda settings: sum(_likelihood(pairs, settings) for pairs in known if pairs.keys))


def _least(n: np.ndarray, threshold: float, inclusive: bool) -> np.ndarray:
    """The least number of low results that reaches the threshold; a hair's breadth is not lost to binary fractions."""
    exact = threshold * n
    return np.ceil(exact - 1e-9) if inclusive else np.floor(exact + 1e-9) + 1


def _distributions(pairs: _Pairs, settings: Settings) -> np.ndarray:
    """Pairs × (0 … the largest n): the beta-binomial probability of so many low results."""
    a, b = (column[:, None] for column in _parameters(pairs, settings))
    n = pairs.n[:, None]
    low = np.arange(int(pairs.n.max(initial=0)) + 1)[None, :]
    rest = np.maximum(n - low, 0)
    ways = special.gammaln(n + 1) - special.gammaln(low + 1) - special.gammaln(rest + 1)
    return np.where(low <= n, np.exp(ways + special.betaln(low + a, rest + b) - special.betaln(a, b)), 0.0)


def _probabilities(pairs: _Pairs, settings: Settings, threshold: float, inclusive: bool) -> np.ndarray:
    """Of as many low results as the threshold asks for, or more."""
    chances = _distributions(pairs, settings)
    reached = np.arange(chances.shape[1])[None, :] >= _least(pairs.n, threshold, inclusive)[:, None]
    return np.asarray((chances * reached).sum(axis=1))


def _try_on_held_back(known: Sequence[Observation], years: list[int], threshold: float, inclusive: bool) -> Trial:
    """Every year from the third on, foretold by what was known before it."""
    said, plain, came, tried = [], [], [], []
    for target in years[MIN_YEARS - 1 :]:
        table = _Table([row for row in known if row.year <= target])
        settings = _best_settings(_Table([row for row in known if row.year < target]), _before(years, target)[1:])
        pairs = _pairs(table, target, target - 1)
        if not pairs.keys:
            continue
        tried.append(target)
        said.append(_probabilities(pairs, settings, threshold, inclusive))
        came.append(pairs.low >= _least(pairs.n, threshold, inclusive))
        plain.append(np.full(len(pairs.keys), _base_rate(known, _before(years, target), threshold, inclusive)))
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


def _before(years: list[int], target: int) -> list[int]:
    return [year for year in years if year < target]


def _base_rate(known: Sequence[Observation], years: list[int], threshold: float, inclusive: bool) -> float:
    """How often the threshold was reached in these years, by whomever."""
    rows = [row for row in known if row.year in years]
    n, low = np.array([row.n for row in rows]), np.array([row.low for row in rows])
    return float(np.mean(low >= _least(n, threshold, inclusive)))


def _bins(said: np.ndarray, came: np.ndarray) -> Iterable[Bin]:
    for low, high in pairwise(BINS):
        inside = (said >= low) & ((said < high) | (high == BINS[-1]))
        if inside.any():
            yield Bin(low, high, int(inside.sum()), float(said[inside].mean()), float(came[inside].mean()))


def _foretell(table: _Table, settings: Settings, last: int, threshold: float, inclusive: bool) -> Iterable[Forecast]:
    """Of those who sat the exam the last time that it was held."""
    pairs = _pairs(table, None, last)
    probabilities = _probabilities(pairs, settings, threshold, inclusive)
    below = _distributions(pairs, settings).cumsum(axis=1)
    edge = (1 - INTERVAL) / 2
    lows, highs = ((below >= at - 1e-12).argmax(axis=1) / pairs.n for at in (edge, 1 - edge))
    for place, (series, school) in enumerate(pairs.keys):
        if pairs.n[place] < MIN_PUPILS:
            continue
        yield Forecast(
            series=series,
            school=school,
            n=int(pairs.n[place]),
            years=pairs.past[place],
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
