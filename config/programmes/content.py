"""The parts of a programme. Each adds what is not there yet and leaves what is: people may have corrected it since.

Every function answers with the number of rows it added.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from config.programmes.fixtures import Fixtures
from indicators.calculations.planned import Cell, PlanEntry
from indicators.models import Indicator, MunicipalityStatistic, SchoolStatistic, StatisticKind
from indicators.services.plan import Basis, known_cells, set_plan
from monitoring.models import ObjectivityFlag
from reports.models import NoteText
from roadmaps.models import Decision, NoticeRules, Programme, ProgrammeTask, PublicationItem, Roadmap
from roadmaps.plans.stored import plan_from_json
from roadmaps.services.decisions import DecisionRefused, DecisionTold, PointTold, register_decision
from roadmaps.services.passport import OF_THE_WHOLE
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.publications import PublicationRefused, PublicationTold, add_publication
from schools.models import Category, Identification, Municipality, RiskFactor, School, SchoolRisk
from schools.services import SchoolRow, import_schools
from schools.services.risk_factors import take_list


class FixturesRefused(Exception):
    """The portal's data and the fixtures contradict each other; the text is for people."""


def load_municipality(fixtures: Fixtures) -> tuple[Municipality, bool]:
    fields = fixtures.read("municipality")
    return Municipality.objects.get_or_create(slug=fields.pop("slug"), defaults=fields)


def load_schools(municipality: Municipality, fixtures: Fixtures) -> int:
    known = set(municipality.schools.values_list("code", flat=True))
    rows = [SchoolRow(**row) for row in fixtures.read("schools") if row["code"] not in known]
    if not rows:
        return 0
    outcome = import_schools(municipality=municipality, rows=rows, recompute_later=False)
    if outcome.problems:
        raise FixturesRefused("\n".join(problem["message"] for problem in outcome.problems))
    return outcome.added


def loaded_programmes(municipality: Municipality, fixtures: Fixtures) -> QuerySet[Programme]:
    """That of the whole municipality which begins in the year of these fixtures, of whatever kind people call it."""
    starts_in = fixtures.read("programme")["starts_in"]
    return Programme.objects.filter(municipality=municipality, school=None, kind__in=OF_THE_WHOLE, starts_in=starts_in)


def load_programme_text(municipality: Municipality, fixtures: Fixtures) -> int:
    """The programme's title, aim and tasks."""
    fields = fixtures.read("programme")
    tasks = fields.pop("tasks")
    is_new = not loaded_programmes(municipality, fixtures).exists()
    if is_new:
        known = {"status": Programme.Status.APPROVED, "source": fixtures.source_text("программа")}
        programme = Programme.objects.create(municipality=municipality, **known, **fields)
        ProgrammeTask.objects.bulk_create(
            ProgrammeTask(programme=programme, position=position, text=text)
            for position, text in enumerate(tasks, start=1)
        )
    return int(is_new)


def load_roadmap(municipality: Municipality, fixtures: Fixtures) -> int:
    """The plan that the programme prints, word for word; one that was loaded is left as people have made it since."""
    source = fixtures.source_text("план мероприятий")
    if not fixtures.has("roadmap") or Roadmap.objects.filter(municipality=municipality, source=source).exists():
        return 0
    told = fixtures.read("roadmap")
    order = told.get("order") or {}
    try:
        frame = Frame(
            starts_on=dt.date.fromisoformat(told["starts_on"]),
            ends_on=dt.date.fromisoformat(told["ends_on"]),
            programme=Programme.objects.filter(municipality=municipality, school=None).first(),
            state=Roadmap.State.APPROVED,
            order_number=order.get("number", ""),
            order_date=dt.date.fromisoformat(order["date"]) if order.get("date") else None,
            source=source,
        )
        plan = plan_from_json(told)
    except ValueError as problem:
        raise FixturesRefused(f"План мероприятий: {problem}") from problem
    store_plan(municipality=municipality, plan=plan, frame=frame)
    if days := told.get("events_told_days_before"):
        NoticeRules.objects.get_or_create(municipality=municipality, defaults={"event_days": days})
    return 1


def load_risks(municipality: Municipality, fixtures: Fixtures) -> int:
    """The catalogue of «500+» and the profiles of one year; a catalogue that people keep is theirs."""
    if not fixtures.has("risks") or RiskFactor.objects.filter(municipality=municipality).exists():
        return 0
    told = fixtures.read("risks")
    take_list(municipality=municipality, school_year=told["school_year"], by=None)
    factors = {factor.code: factor for factor in RiskFactor.objects.filter(municipality=municipality)}
    schools = _by_code(municipality)
    checked_at = dt.datetime.fromisoformat(f"{told['checked_on']}T09:00:00+00:00")
    rows = [
        SchoolRisk(
            school=schools[code],
            factor=factors[row["factor"]],
            significance=row["significance"],
            found_on=dt.date.fromisoformat(told["found_on"]),
            check_result=row.get("check", ""),
            check_note=row.get("note", ""),
            checked_at=checked_at if "check" in row else None,
            decision=row.get("decision", ""),
            decision_text=row.get("text", ""),
            decided_on=dt.date.fromisoformat(told["decided_on"]) if "decision" in row else None,
        )
        for code, risks in told["schools"].items()
        for row in risks
    ]
    SchoolRisk.objects.bulk_create(rows)
    return len(rows)


def load_decision(municipality: Municipality, fixtures: Fixtures) -> int:
    """The order that the programme prints, word for word; one that was loaded is left as people have made it since."""
    source = fixtures.source_text("приказ")
    if not fixtures.has("order") or Decision.objects.filter(municipality=municipality, source=source).exists():
        return 0
    told = fixtures.read("order")
    points = [
        PointTold(
            text=point["text"],
            number=point["number"],
            deadline=point.get("deadline", ""),
            responsible=tuple(point.get("responsible", ())),
            report_form=point.get("report", ""),
            means=point.get("means"),
        )
        for point in told["points"]
    ]
    order = DecisionTold(
        kind=Decision.Kind.ORDER,
        number=told["number"],
        date=dt.date.fromisoformat(told["date"]),
        title=told["title"],
        points=points,
        ends_on=dt.date.fromisoformat(told["ends_on"]),
        issued_by=told["issued_by"],
        signed_by=told["signed_by"],
        programme=Programme.objects.filter(municipality=municipality, school=None).first(),
        source=source,
    )
    try:
        register_decision(municipality=municipality, told=order)
    except DecisionRefused as refusal:
        raise FixturesRefused(str(refusal)) from refusal
    return 1


def load_publications(municipality: Municipality, fixtures: Fixtures) -> int:
    """What the document wants published; a checklist that was loaded is left as people have made it since."""
    source = fixtures.source_text("что публикуется")
    programme = Programme.objects.filter(municipality=municipality, school=None).first()
    known = PublicationItem.objects.filter(programme__municipality=municipality, source=source)
    if programme is None or not fixtures.has("publications") or known.exists():
        return 0
    rows = fixtures.read("publications")
    for row in rows:
        due_on = dt.date.fromisoformat(row["due_on"]) if "due_on" in row else None
        told = PublicationTold(**{**row, "due_on": due_on}, source=source)
        try:
            add_publication(programme=programme, told=told)
        except PublicationRefused as refusal:
            raise FixturesRefused(f"Публикация «{told.title}»: {refusal}") from refusal
    return len(rows)


def load_identification(municipality: Municipality, fixtures: Fixtures) -> int:
    """The lists of years that have none: a list that people keep is theirs."""
    schools = _by_code(municipality)
    kept = set(Identification.objects.filter(school__municipality=municipality).values_list("school_year", flat=True))
    rows = [
        Identification(
            school=schools[code],
            school_year=year["school_year"],
            category=category,
            order_number=year["order_number"],
            order_date=dt.date.fromisoformat(year["order_date"]),
            source=fixtures.source("список идентификации"),
        )
        for year in fixtures.read("identification")
        if year["school_year"] not in kept
        for category in Category
        for code in year.get(category.value, [])
        if code in schools
    ]
    return len(Identification.objects.bulk_create(rows))


def load_objectivity(municipality: Municipality, fixtures: Fixtures) -> int:
    """Results that are not to be trusted. An exam that was ever marked is left alone, whatever became of the mark."""
    if not fixtures.has("objectivity"):
        return 0
    schools = _by_code(municipality)
    known = set(
        ObjectivityFlag.objects.filter(school__municipality=municipality).values_list(
            "school_id", "school_year", "procedure", "subject", "grade"
        )
    )
    source = fixtures.source("признаки необъективности")
    flags = [
        ObjectivityFlag(**marked | {"school": schools[marked["school"]], "source": source})
        for marked in fixtures.read("objectivity")
        if marked["school"] in schools
    ]
    fresh = [
        flag
        for flag in flags
        if (flag.school_id, flag.school_year, flag.procedure, flag.subject, flag.grade) not in known
    ]
    return len(ObjectivityFlag.objects.bulk_create(fresh))


def load_statistics(municipality: Municipality, fixtures: Fixtures) -> int:
    schools = _by_code(municipality)
    kinds = {kind.code: kind for kind in StatisticKind.objects.all()}
    known = set(
        SchoolStatistic.objects.filter(school__municipality=municipality).values_list(
            "school_id", "kind__code", "period"
        )
    )
    rows = [
        SchoolStatistic(
            school=schools[code],
            kind=kinds[kind],
            period=reported["period"],
            value=Decimal(value),
            source=fixtures.source("сведения школ"),
        )
        for reported in fixtures.read("statistics")
        for code, numbers in reported["schools"].items()
        if code in schools
        for kind, value in numbers.items()
        if (schools[code].pk, kind, reported["period"]) not in known
    ]
    return len(SchoolStatistic.objects.bulk_create(rows)) + _load_municipal_statistics(municipality, fixtures, kinds)


def _load_municipal_statistics(municipality: Municipality, fixtures: Fixtures, kinds: dict[str, StatisticKind]) -> int:
    """The numbers that the municipality reports as a whole, where its programme asks for any."""
    known = set(municipality.statistics.values_list("kind__code", "period"))
    rows = [
        MunicipalityStatistic(
            municipality=municipality,
            kind=kinds[kind],
            period=reported["period"],
            value=Decimal(value),
            source=fixtures.source("сведения муниципалитета"),
        )
        for reported in fixtures.read("statistics")
        for kind, value in reported.get("municipality", {}).items()
        if (kind, reported["period"]) not in known
    ]
    return len(MunicipalityStatistic.objects.bulk_create(rows))


def load_targets(municipality: Municipality, fixtures: Fixtures) -> int:
    """The plan that the programme prints, and values before its start, of the town and of schools, through the ledger.

    A cell that the ledger knows is left alone, for people may have changed it or taken it away.
    """
    indicators = dict(Indicator.objects.filter(municipality=municipality).values_list("code", "pk"))
    schools = _by_code(municipality)
    planned = fixtures.read("targets")
    known = known_cells(municipality)
    entries = [
        PlanEntry(Cell(indicators[code], None, period), Decimal(value))
        for period, values in planned["periods"].items()
        for code, value in values.items()
    ]
    entries += [
        PlanEntry(Cell(indicators[code], None, ""), Decimal(value), period=period)
        for period, values in planned.get("baselines", {}).items()
        for code, value in values.items()
    ]
    entries += [
        PlanEntry(Cell(indicators[code], schools[school].pk, ""), Decimal(value), period=period)
        for period, of_schools in planned.get("school_baselines", {}).items()
        for school, values in of_schools.items()
        if school in schools
        for code, value in values.items()
    ]
    outcome = set_plan(
        municipality=municipality,
        entries=[entry for entry in entries if entry.cell not in known],
        basis=Basis(
            reason=planned["source"],
            source=planned["source"],
            baseline_source=planned.get("baseline_source", ""),
            is_demo=planned["is_demo"],
        ),
        recompute_later=False,
    )
    return outcome.written


def load_note_texts(municipality: Municipality, fixtures: Fixtures) -> int:
    """The paragraphs of the analytical note that people write."""
    return _added(
        NoteText.objects.get_or_create(
            municipality=municipality,
            school_year=note["school_year"],
            defaults={
                "comments": note["comments"],
                "problems": "\n".join(note["problems"]),
                "next_tasks": "\n".join(note["next_tasks"]),
            },
        )
        for note in fixtures.read("note")
    )


def _by_code(municipality: Municipality) -> dict[str, School]:
    return {school.code: school for school in municipality.schools.all()}


def _added(outcomes: Iterable[tuple[Any, bool]]) -> int:
    return sum(is_new for _, is_new in outcomes)
