"""Every row about a school or municipality is reached through `visible_to`, or says why it cannot be reached at all."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.access import Permission, Role
from accounts.models import Job, Membership, reach_of
from indicators.models import (
    Baseline,
    Indicator,
    IndicatorVersion,
    MunicipalityStatistic,
    MunicipalityValue,
    PlanRevision,
    SchoolStatistic,
    SchoolValue,
    StatisticKind,
    Target,
)
from mentoring.models import (
    Attendance,
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    Event,
    HelpRequest,
    LessonAnalysis,
    Meeting,
    MeetingFile,
    Mentor,
    NamedAttendance,
    Pairing,
    PairingPlan,
    PairingStep,
    Practice,
    PracticeFile,
    PracticeReview,
    ReserveCandidate,
    ReserveEnrolment,
    ReserveProgramme,
    ReserveRotation,
    ReserveVacancy,
    ScoreEdition,
    ScoreFile,
    ScoreSheet,
    Seminar,
    SeminarOffer,
    SeminarProgramme,
    SeminarRequest,
    SeminarSession,
    SubjectStaffing,
    SupportReport,
    Teacher,
)
from monitoring.models import (
    IdentificationDecision,
    IdentificationEdition,
    IdentificationRule,
    ObjectivityFlag,
    Result,
    ResultTotal,
    SummaryRule,
    TaskTopic,
    Upload,
    ValueAudit,
    ValueDifference,
)
from reports.models import Report
from roadmaps.models import (
    Activity,
    Agreement,
    Assignment,
    Comment,
    CommissionSitting,
    Decision,
    Encouragement,
    Evidence,
    Expertise,
    Notice,
    NoticeRules,
    NoticeTemplate,
    Occurrence,
    Presentation,
    Programme,
    ProgressUpdate,
    PublicationItem,
    Recommendation,
    Review,
    Roadmap,
    SavedView,
    StageReview,
)
from schools.models import Identification, Municipality, RiskFactor, School, SchoolRisk
from tests.access.world import PEOPLE, World
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

OURS = ("accounts", "schools", "indicators", "roadmaps", "mentoring", "monitoring", "reports")

# Rows that no person asks for by themselves.
REACHED_OTHERWISE = {
    "accounts.ApiKey": "only by its secret, which is compared with a digest",
    "accounts.AuditEvent": "shown on no page",
    "schools.SchoolAlias": "through its school",
    "schools.PublishedCategory": "which years have a list is no secret; shown through the lists",
    "indicators.CountedUpTo": "a day that every value says; no secret",
    "roadmaps.Criterion": "through its round of expertise",
    "roadmaps.ReviewMark": "through its review",
    "roadmaps.ProgrammeTask": "through its programme",
    "roadmaps.ProgrammeEdition": "through its programme",
    "roadmaps.Stage": "through its programme",
    "roadmaps.ExpectedResult": "through its programme",
    "roadmaps.Participant": "through its programme",
    "roadmaps.ProgrammeRisk": "through its programme",
    "roadmaps.Money": "through its programme",
    "roadmaps.RoadmapSection": "through its roadmap",
    "roadmaps.RoadmapChange": "through its roadmap",
    "roadmaps.Responsible": "through its activity",
    "roadmaps.ActivityChange": "through its activity",
    "roadmaps.DecisionPoint": "through its decision",
    "roadmaps.PointResponsible": "through its point",
    "roadmaps.AssignmentChange": "through its assignment",
    "mentoring.PairingChange": "through its pairing",
    "mentoring.MeetingChange": "through its meeting",
    "mentoring.HelpRequestChange": "through its request",
    "mentoring.TeacherChange": "through its teacher",
    "mentoring.EventChange": "through its event",
    "mentoring.ScoreCriterion": "through its edition",
    "mentoring.ScoreMark": "through its sheet",
    "mentoring.ScoreChange": "through its sheet",
    "monitoring.UploadEntry": "through its upload",
    "monitoring.ResultChange": "by undoing its upload",
    "monitoring.StoredSheet": "through its upload",
    "reports.ReportFile": "through its report",
    "reports.NoteText": "through the municipality whose reports the person may create",
}


def leads_to_a_tenant(model: type[models.Model], seen: frozenset[type[models.Model]] = frozenset()) -> bool:
    """Whether foreign keys lead from the model to a school or municipality, directly or over other models."""
    targets = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
    if targets & {School, Municipality}:
        return True
    return any(leads_to_a_tenant(target, seen | {model}) for target in targets - seen - {model} if target is not None)


def our_models() -> list[type[models.Model]]:
    found = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return [model for model in found if model in (School, Municipality) or leads_to_a_tenant(model)]


def has_scope(model: type[models.Model]) -> bool:
    return hasattr(model._default_manager.get_queryset(), "visible_to")


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_of_a_tenant_is_scoped_or_cannot_be_reached(model):
    assert has_scope(model) != (model._meta.label in REACHED_OTHERWISE)


def test_reasons_are_given_for_models_that_exist():
    assert set(REACHED_OTHERWISE) <= {model._meta.label for model in our_models()}


# model, and which rows of the town each person sees: none, those of one's own school, the plan of the town and of one's
# own school, or all
VISIBLE = {
    #                       anonymous outsider viewer mentor curator neighbour methodist department
    Municipality: "           none      none      all    all    all     all       all       all",
    School: "                 none      none      all    all    own     own       all       all",
    Identification: "         none      none      all    all    own     own       all       all",
    RiskFactor: "             none      none      all    all    all     all       all       all",
    SchoolRisk: "             none      none      all    all    own     own       all       all",
    Result: "                 none      none      all    all    own     own       all       all",
    ResultTotal: "            none      none      all    all    own     own       all       all",
    SchoolValue: "            none      none      all    all    own     own       all       all",
    StatisticKind: "          none      none      all    all    all     all       all       all",
    SchoolStatistic: "        none      none      all    all    own     own       all       all",
    Indicator: "              none      none      all    all    all     all       all       all",
    IndicatorVersion: "       none      none      all    all    all     all       all       all",
    Target: "                 none      none      all    all    plan    plan      all       all",
    Baseline: "               none      none      all    all    plan    plan      all       all",
    PlanRevision: "           none      none      all    all    plan    plan      all       all",
    IdentificationRule: "     none      none      all    all    all     all       all       all",
    IdentificationEdition: "  none      none      all    all    all     all       all       all",
    IdentificationDecision: " none      none      none   none   none    none      all       all",
    ObjectivityFlag: "        none      none      all    all    own     own       all       all",
    MunicipalityValue: "      none      none      all    all    all     all       all       all",
    MunicipalityStatistic: "  none      none      all    all    all     all       all       all",
    SummaryRule: "            none      none      all    all    all     all       all       all",
    TaskTopic: "              none      none      all    all    all     all       all       all",
    Upload: "                 none      none      none   none   none    none      all       all",
    Job: "                    none      none      none   none   none    none      all       all",
    ValueAudit: "             none      none      none   none   none    none      all       all",
    ValueDifference: "        none      none      none   none   none    none      all       all",
    Report: "                 none      none      all    all    none    none      all       all",
    Programme: "              none      none      all    all    plan    plan      all       all",
    Roadmap: "                none      none      all    all    plan    plan      all       all",
    Activity: "               none      none      all    all    plan    plan      all       all",
    Occurrence: "             none      none      all    all    plan    plan      all       all",
    ProgressUpdate: "         none      none      all    all    plan    plan      all       all",
    Evidence: "               none      none      all    all    plan    plan      all       all",
    Comment: "                none      none      all    all    plan    plan      all       all",
    Expertise: "              none      none      all    all    all     all       all       all",
    Review: "                 none      none      all    all    own     own       all       all",
    Presentation: "           none      none      all    all    own     own       all       all",
    StageReview: "            none      none      all    all    own     own       all       all",
    Decision: "               none      none      all    all    all     all       all       all",
    Assignment: "             none      none      all    all    plan    plan      all       all",
    SavedView: "              none      none      none   none   none    none      none      none",  # its owner's alone
    Notice: "                 none      none      none   none   none    none      none      all",
    NoticeRules: "            none      none      none   none   none    none      none      all",
    Recommendation: "         none      none      all    all    own     own       all       all",
    PublicationItem: "        none      none      all    all    plan    plan      all       all",
    NoticeTemplate: "         none      none      none   none   none    none      none      all",
    CommissionSitting: "      none      none      all    all    all     all       all       all",
    Agreement: "              none      none      all    all    plan    plan      all       all",
    Encouragement: "          none      none      all    all    plan    plan      all       all",
    Mentor: "                 none      none      all    all    all     all       all       all",
    Pairing: "                none      none      all    all    own     own       all       all",
    PairingPlan: "            none      none      all    all    own     own       all       all",
    PairingStep: "            none      none      all    all    own     own       all       all",
    Meeting: "                none      none      all    all    own     own       all       all",
    LessonAnalysis: "         none      none      none   none   own     own       all       all",
    MeetingFile: "            none      none      none   none   own     own       all       all",
    HelpRequest: "            none      none      none   none   own     own       all       all",
    Event: "                  none      none      all    all    plan    plan      all       all",
    Attendance: "             none      none      all    all    own     own       all       all",
    NamedAttendance: "        none      none      none   none   own     own       all       all",
    Practice: "               none      none      none   none   own     own       all       all",
    PracticeFile: "           none      none      none   none   own     own       all       all",
    PracticeReview: "         none      none      none   none   none    none      all       all",
    Seminar: "                none      none      all    all    all     all       all       all",
    SeminarOffer: "           none      none      all    all    all     all       all       all",
    SeminarRequest: "         none      none      none   none   own     own       all       all",
    SeminarProgramme: "       none      none      none   none   own     own       all       all",
    SeminarSession: "         none      none      none   none   own     own       all       all",
    ScoreEdition: "           none      none      all    none   all     all       all       all",
    ScoreSheet: "             none      none      final  none   own     own       all       all",  # no drafts
    ScoreFile: "              none      none      all    none   own     own       all       all",
    Teacher: "                none      none      none   none   own     own       all       all",
    Deficit: "                none      none      none   none   own     own       all       all",
    Course: "                 none      none      none   none   own     own       all       all",
    CompetenceMark: "         none      none      none   none   own     own       all       all",
    DevelopmentPlan: "        none      none      none   none   own     own       all       all",
    DevelopmentStep: "        none      none      none   none   own     own       all       all",
    ReserveCandidate: "       none      none      none   none   none    none      all       all",
    ReserveProgramme: "       none      none      none   none   none    none      all       all",
    ReserveEnrolment: "       none      none      none   none   none    none      all       all",
    ReserveVacancy: "         none      none      none   none   none    none      all       all",
    ReserveRotation: "        none      none      none   none   none    none      all       all",
    SubjectStaffing: "        none      none      none   none   own     own       all       all",
    SupportReport: "          none      none      none   none   own     own       all       all",
    Membership: "             none      none      none   none   none    none      none      all",
}  # fmt: skip


def user_of(world: World, person: str) -> Any:
    return AnonymousUser() if person == "anonymous" else MembershipFactory(**world.place(person)).user


# What a plan's rows hang on: the way to the municipality, and to the school that they are about.
ON_PLANS: dict[Any, tuple[str, str]] = {
    Programme: ("", "school"),
    Roadmap: ("", "school"),
    Activity: ("roadmap__", "roadmap__school"),
    Occurrence: ("activity__roadmap__", "activity__roadmap__school"),
    ProgressUpdate: ("occurrence__activity__roadmap__", "school"),
    Evidence: ("report__occurrence__activity__roadmap__", "report__school"),
    Comment: ("activity__roadmap__", "activity__roadmap__school"),
    Assignment: ("", "school"),
    Recommendation: ("", "assignments__school"),
    StageReview: ("programme__", "programme__school"),
    PublicationItem: ("programme__", "programme__school"),
    Review: ("programme__", "programme__school"),
    Presentation: ("programme__", "programme__school"),
    PairingPlan: ("pairing__", "pairing__school"),
    PairingStep: ("plan__pairing__", "plan__pairing__school"),
    Meeting: ("pairing__", "pairing__school"),
    LessonAnalysis: ("meeting__pairing__", "meeting__pairing__school"),
    MeetingFile: ("meeting__pairing__", "meeting__pairing__school"),
    Event: ("", "schools"),
    SeminarOffer: ("seminar__", "seminar__programmes__school"),
    SeminarRequest: ("seminar__", "school"),
    SeminarProgramme: ("seminar__", "school"),
    SeminarSession: ("programme__seminar__", "programme__school"),
    ScoreSheet: ("", "school"),
    ScoreFile: ("mark__sheet__", "mark__sheet__school"),
    PracticeFile: ("practice__", "practice__school"),
    PracticeReview: ("practice__", "practice__school"),
    Attendance: ("event__", "school"),
    NamedAttendance: ("attendance__event__", "attendance__school"),
    Deficit: ("teacher__school__", "teacher__school"),
    Course: ("teacher__school__", "teacher__school"),
    CompetenceMark: ("teacher__school__", "teacher__school"),
    DevelopmentPlan: ("teacher__school__", "teacher__school"),
    DevelopmentStep: ("plan__teacher__school__", "plan__teacher__school"),
    ReserveEnrolment: ("programme__", "candidate__school"),
    SupportReport: ("teacher__school__", "teacher__school"),
    Agreement: ("", "school"),
    Encouragement: ("", "school"),
}
# One sees all of the town's or none, of schools too.
AS_A_WHOLE = (
    Membership,
    Mentor,
    Notice,
    Report,
    ReserveCandidate,
    ReserveVacancy,
    ValueDifference,
)


def rows_of_the_town(model: Any, world: World) -> dict[str, set[int]]:
    """All rows of the town, and those of each school."""
    town = world.town.municipality
    names = {field.name for field in model._meta.get_fields()}
    to_school = "pk" if model is School else "school" if "school" in names and model not in AS_A_WHOLE else None
    of_indicator = (Target, Baseline, PlanRevision, IndicatorVersion, MunicipalityValue)
    directly = "school__municipality" if to_school == "school" else "municipality"
    to_town = "pk" if model is Municipality else "indicator__municipality" if model in of_indicator else directly
    if model in ON_PLANS:
        way, to_school = ON_PLANS[model]
        to_town = f"{way}municipality"
    rows = model.objects.filter(**{to_town: town.pk})
    found = {"none": set(), "all": set(rows.values_list("pk", flat=True))}
    for school in ("school", "neighbour"):
        own = rows.filter(**{to_school: world.row(school).pk}) if to_school else rows.none()
        found[school] = set(own.values_list("pk", flat=True))
    if model is ScoreSheet:
        found["final"] = set(rows.filter(state="confirmed").values_list("pk", flat=True))
    if model in (Target, Baseline, PlanRevision, *ON_PLANS):
        found["plan"] = set(rows.filter(**{f"{to_school}__isnull": True}).values_list("pk", flat=True))
    return found


def test_every_scoped_model_is_in_the_table():
    assert {model for model in our_models() if has_scope(model)} == set(VISIBLE)


@pytest.mark.parametrize("model", VISIBLE, ids=lambda model: model._meta.label)
def test_who_sees_which_rows(model, world):
    users = {person: user_of(world, person) for person in PEOPLE}
    rows = rows_of_the_town(model, world)
    assert rows["all"]
    for person, expected in zip(PEOPLE, VISIBLE[model].split(), strict=True):
        visible = model.objects.visible_to(users[person])
        if model is StatisticKind:
            visible = visible.filter(municipality__isnull=False)  # the others are common to all
        seen = set(visible.values_list("pk", flat=True))
        own = rows["neighbour" if person == "neighbour" else "school"]
        wanted = {"own": own, "plan": own | rows.get("plan", set())}.get(expected)
        assert seen & rows["all"] == (rows[expected] if wanted is None else wanted), person
        if person != "outsider":
            assert seen <= rows["all"], f"{person} sees rows of another town"


@pytest.mark.parametrize("role", list(Role))
def test_nobody_reaches_a_place_without_a_membership_there(role, world):
    school = world.foreign.rows["school"] if role is Role.CURATOR else None
    user = MembershipFactory(role=role, municipality=world.foreign.municipality, school=school).user
    for permission in Permission:
        held = reach_of(user, permission)
        assert world.town.municipality.pk not in held.municipalities | held.touched
        assert not held.schools & {world.row("school").pk, world.row("neighbour").pk}


def test_an_account_that_is_switched_off_reaches_nothing(world):
    user = user_of(world, "department")
    user.is_active = False
    assert not School.objects.visible_to(user).exists()
