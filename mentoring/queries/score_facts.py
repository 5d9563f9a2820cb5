"""What the portal proposes for score sheets: by criterion what it knows and which score that is worth."""

from collections.abc import Iterable

from mentoring.models import ScoreCriterion
from mentoring.queries.centre_facts import centre_facts
from mentoring.queries.help_facts import help_facts
from mentoring.queries.plan_facts import plan_facts
from mentoring.scores import NO_FACT, Fact, SheetKind, score_of
from roadmaps.plans.calendar_words import school_year as days_of
from schools.models import Municipality, School

Facts = dict[str, Fact]  # by code of the criterion


def facts_for(
    municipality: Municipality, kind: SheetKind, school_year: int, schools: Iterable[School] = ()
) -> dict[int | None, Facts]:
    """By key of the school; of the municipality's own sheets by None. The number of queries does not depend on how many
    schools these are."""
    days = days_of(school_year)
    if not kind.is_of_school:
        return {None: centre_facts(municipality, kind, school_year, days)}
    of = list(schools)
    by_code = plan_facts(municipality, of, days) | help_facts(of, days)
    return {school.pk: {code: facts[school.pk] for code, facts in by_code.items()} for school in of}


def proposal(criterion: ScoreCriterion, facts: Facts) -> tuple[Fact, int | None]:
    """What is known for a criterion and the score that it is worth; None where the portal cannot say. A criterion that
    people have added has no figures."""
    fact = facts.get(criterion.code, NO_FACT)
    return fact, None if fact.share is None else score_of(fact.share, criterion.top)
