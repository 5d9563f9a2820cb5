"""Groups of schools that are alike by context and results (programme of Армавир, 7.1: «элементы кластеризации»).

k-means over standardised features. How many groups there are is not chosen by anybody: it is the number with the best
mean silhouette, which says how much nearer a school is to its own group than to the next one. A grouping that another
start or the loss of some schools would turn over is none, so its stability is measured and told: the adjusted Rand
index, 1 for the same groups and 0 for chance.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

MIN_SCHOOLS = 8
MOST_GROUPS = 6
MIN_GROUP = 2
MIN_SILHOUETTE = 0.2  # below there are no groups to speak of
MIN_COVERAGE = 0.6  # of schools that must have a feature for it to count
STARTS = 10
REPEATS = 20  # of the grouping without a tenth of the schools
NOTABLE = 0.5  # standard deviations from the mean of all schools


@dataclass(frozen=True)
class Trait:
    """How a group differs from all schools in one feature; both are means of the feature itself."""

    feature: str
    mean: float
    of_all: float
    deviation: float  # in standard deviations of all schools


@dataclass(frozen=True)
class Group:
    schools: tuple[int, ...]
    traits: tuple[Trait, ...]  # of all features
    nearest_to_middle: int  # the school that stands for it best

    @property
    def notable(self) -> tuple[Trait, ...]:
        """What tells it from the others, the most striking first."""
        found = [trait for trait in self.traits if abs(trait.deviation) >= NOTABLE]
        return tuple(sorted(found, key=lambda trait: -abs(trait.deviation)))


@dataclass(frozen=True)
class Grouping:
    """`silent` says why there is none: `few_schools`, `no_features`, `no_groups`."""

    groups: tuple[Group, ...] = ()
    features: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()  # features that too few schools have, or all have alike
    left_out: tuple[int, ...] = ()  # schools without one of the features
    silhouettes: Mapping[int, float] | None = None  # by number of groups
    stability: float = 0.0
    silent: str = ""

    @property
    def count(self) -> int:
        return len(self.groups)


def group_schools(features: Mapping[int, Mapping[str, float]], *, seed: int = 1) -> Grouping:
    """Group schools by their features; who lacks one of those that most have is left out and named.

    The same features and seed give the same groups, in whatever order they come.
    """
    with threadpool_limits(limits=1):  # a few hundred points: threads would only wait for each other
        return _grouped(features, seed)


def _grouped(features: Mapping[int, Mapping[str, float]], seed: int) -> Grouping:
    names = sorted({name for known in features.values() for name in known})
    used = [name for name in names if _is_usable(name, features)]
    dropped = tuple(name for name in names if name not in used)
    whole = sorted(school for school, known in features.items() if all(name in known for name in used))
    left_out = tuple(sorted(set(features) - set(whole)))
    if not used:
        return Grouping(dropped=dropped, left_out=left_out, silent="no_features")
    if len(whole) < MIN_SCHOOLS:
        return Grouping(features=tuple(used), dropped=dropped, left_out=left_out, silent="few_schools")
    table = np.array([[features[school][name] for name in used] for school in whole], dtype=float)
    means, spreads = table.mean(axis=0), table.std(axis=0)
    points = (table - means) / np.where(spreads > 0, spreads, 1)
    silhouettes = _silhouettes(points, seed)
    found = Grouping(features=tuple(used), dropped=dropped, left_out=left_out, silhouettes=silhouettes)
    best = max(silhouettes, key=lambda count: (round(silhouettes[count], 6), -count), default=0)
    if not best or silhouettes[best] < MIN_SILHOUETTE:
        return replace(found, silent="no_groups")
    labels = _labels(points, best, seed)
    groups = [_group(label, labels, whole, points, table, used) for label in sorted(set(labels))]
    groups.sort(key=lambda group: (-len(group.schools), group.schools))
    return replace(found, groups=tuple(groups), stability=_stability(points, labels, best, seed))


def _is_usable(name: str, features: Mapping[int, Mapping[str, float]]) -> bool:
    values = [known[name] for known in features.values() if name in known]
    return len(values) >= MIN_COVERAGE * len(features) and len(set(values)) > 1


def _labels(points: np.ndarray, count: int, seed: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different points than groups: the count falls out
        return np.asarray(KMeans(n_clusters=count, n_init=STARTS, random_state=seed).fit_predict(points))


def _silhouettes(points: np.ndarray, seed: int) -> dict[int, float]:
    """Of every number of groups none of which is a single school."""
    found = {}
    for count in range(2, min(MOST_GROUPS, len(points) // MIN_GROUP) + 1):
        labels = _labels(points, count, seed)
        if min(np.bincount(labels, minlength=count)) >= MIN_GROUP:
            found[count] = float(silhouette_score(points, labels))
    return found


def _stability(points: np.ndarray, labels: np.ndarray, count: int, seed: int) -> float:
    """The mean likeness of the grouping to those made without a tenth of the schools, by other starts."""
    dice = np.random.default_rng(seed)
    likeness = []
    for repeat in range(REPEATS):
        kept = np.sort(dice.choice(len(points), size=max(count + 1, int(len(points) * 0.9)), replace=False))
        likeness.append(adjusted_rand_score(labels[kept], _labels(points[kept], count, seed + 1 + repeat)))
    return float(np.mean(likeness))


def _group(
    label: int,
    labels: np.ndarray,
    schools: Sequence[int],
    points: np.ndarray,
    table: np.ndarray,
    names: Sequence[str],
) -> Group:
    inside = labels == label
    middle = points[inside].mean(axis=0)
    members = [school for school, is_in in zip(schools, inside, strict=True) if is_in]
    distances = ((points[inside] - middle) ** 2).sum(axis=1)
    traits = [
        Trait(name, float(table[inside, at].mean()), float(table[:, at].mean()), float(middle[at]))
        for at, name in enumerate(names)
    ]
    return Group(tuple(members), tuple(traits), members[int(np.argmin(distances))])
