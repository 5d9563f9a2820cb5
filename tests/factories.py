"""Rows for tests. Each factory makes the least that its model allows; a test says what matters to it.

Schools and what belongs to them share one municipality only when a test says so.
"""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.access import Role
from accounts.models import ApiKey, Job, Membership, User
from indicators.models import (
    Baseline,
    Indicator,
    MunicipalityStatistic,
    MunicipalityValue,
    PlanRevision,
    SchoolStatistic,
    SchoolValue,
    StatisticKind,
    Target,
)
from indicators.procedures import Attempt, Procedure, Wave
from indicators.services.versions import keep_version
from monitoring.identification.parameters import default_parameters
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.models import (
    IdentificationDecision,
    IdentificationEdition,
    IdentificationRule,
    MarkScale,
    ObjectivityFlag,
    PassThreshold,
    Result,
    ResultTotal,
    SummaryRule,
    TaskTopic,
    Upload,
    UploadEntry,
)
from reports.models import NoteText, Report, ReportFile
from schools.models import Category, Identification, Municipality, PublishedCategory, School, SchoolAlias

PASSWORD = "правильный пароль 1"


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    slug = Sequence(lambda n: f"gorod-{n}")
    name = Sequence(lambda n: f"Город {n}")
    full_name = LazyAttribute(lambda row: f"городской округ {row.name}")
    department_name = LazyAttribute(lambda row: f"Управление образования города {row.name}")


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    municipality = SubFactory(MunicipalityFactory)
    name = Sequence(lambda n: f"МБОУ «СОШ № {n}»")
    code = Sequence(lambda n: f"{900000 + n}")
    fisoko_login = Sequence(lambda n: f"edu{240000 + n}")


class SchoolAliasFactory(DjangoModelFactory):
    class Meta:
        model = SchoolAlias

    school = SubFactory(SchoolFactory)
    municipality = SelfAttribute("school.municipality")
    kind = SchoolAlias.Kind.CODE
    value = Sequence(lambda n: f"{500000 + n}")
    key = SelfAttribute("value")


class IdentificationFactory(DjangoModelFactory):
    class Meta:
        model = Identification

    school = SubFactory(SchoolFactory)
    school_year = 2020
    category = Category.LOW_RESULTS
    order_number = "123-п"
    order_date = dt.date(2020, 9, 15)


class PublishedCategoryFactory(DjangoModelFactory):
    class Meta:
        model = PublishedCategory

    municipality = SubFactory(MunicipalityFactory)
    school_year = 2020
    category = Category.LOW_RESULTS


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"user{n}")
    email = LazyAttribute(lambda row: f"{row.username}@example.org")
    full_name = Sequence(lambda n: f"Специалист {n}")
    position = "специалист"
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    """In a whole municipality, unless a school is named."""

    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    role = Role.METHODIST
    school = None
    municipality = factory.Maybe(
        "school", yes_declaration=SelfAttribute("school.municipality"), no_declaration=SubFactory(MunicipalityFactory)
    )


class ApiKeyFactory(DjangoModelFactory):
    """The text of the key is in `key.text`."""

    class Meta:
        model = ApiKey

    name = "Программа"
    role = Role.METHODIST
    school = None
    municipality = factory.Maybe(
        "school", yes_declaration=SelfAttribute("school.municipality"), no_declaration=SubFactory(MunicipalityFactory)
    )

    @classmethod
    def _create(cls, model_class: type[ApiKey], *args: Any, **fields: Any) -> ApiKey:
        key, text = model_class.new(**fields)
        key.save()
        key.text = text
        return key


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    kind = Job.Kind.RECOMPUTE
    municipality = SubFactory(MunicipalityFactory)


class IndicatorFactory(DjangoModelFactory):
    """Share of pupils who passed ОГЭ mathematics, over all schools."""

    class Meta:
        model = Indicator
        skip_postgeneration_save = True

    municipality = SubFactory(MunicipalityFactory)
    code = Sequence(lambda n: f"p{n}")
    wording = Sequence(lambda n: f"Доля обучающихся, преодолевших порог, № {n}")
    short_name = Sequence(lambda n: f"Преодолели порог {n}")
    group = "Результаты обучающихся"
    position = Sequence(lambda n: n)
    unit = Indicator.Unit.PERCENT
    formula = factory.LazyFunction(
        lambda: {
            "type": "share",
            "part": {
                "type": "results",
                "procedure": "oge",
                "subject": "mathematics",
                "attempt": "first",
                "measure": "passed",
            },
            "whole": {
                "type": "results",
                "procedure": "oge",
                "subject": "mathematics",
                "attempt": "first",
                "measure": "participants",
            },
        }
    )
    population = factory.LazyFunction(lambda: {"type": "all"})

    @factory.post_generation
    def kept(self: Indicator, create: bool, extracted: Any, **_: Any) -> None:
        """Every indicator keeps its definition as a version."""
        if create:
            keep_version(self)


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    indicator = SubFactory(IndicatorFactory)
    period = "2020"
    value = Decimal("75")


class BaselineFactory(DjangoModelFactory):
    class Meta:
        model = Baseline

    indicator = SubFactory(IndicatorFactory)
    period = "2019"
    value = Decimal("60")
    source = "Аналитическая записка"


class PlanRevisionFactory(DjangoModelFactory):
    class Meta:
        model = PlanRevision

    indicator = SubFactory(IndicatorFactory)
    period = "2020"
    new = Decimal("75")


class StatisticKindFactory(DjangoModelFactory):
    class Meta:
        model = StatisticKind

    code = Sequence(lambda n: f"number_{n}")
    name = Sequence(lambda n: f"Число {n}")
    level = StatisticKind.Level.SCHOOL


class SchoolStatisticFactory(DjangoModelFactory):
    class Meta:
        model = SchoolStatistic

    school = SubFactory(SchoolFactory)
    kind = SubFactory(StatisticKindFactory)
    period = "2020"
    value = Decimal("10")
    source = factory.LazyFunction(lambda: {"form": True})


class MunicipalityStatisticFactory(DjangoModelFactory):
    class Meta:
        model = MunicipalityStatistic

    municipality = SubFactory(MunicipalityFactory)
    kind = SubFactory(StatisticKindFactory, level=StatisticKind.Level.MUNICIPALITY)
    period = "2020"
    value = Decimal("10")
    source = factory.LazyFunction(lambda: {"form": True})


class ValueFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    period = "2020"
    numerator = Decimal("3")
    denominator = Decimal("4")
    value = Decimal("75")
    participants = 4
    participants_before = 20


class SchoolValueFactory(ValueFactory):
    class Meta:
        model = SchoolValue

    school = SubFactory(SchoolFactory)
    indicator = SubFactory(IndicatorFactory, municipality=SelfAttribute("..school.municipality"))


class MunicipalityValueFactory(ValueFactory):
    class Meta:
        model = MunicipalityValue

    indicator = SubFactory(IndicatorFactory)


class UploadFactory(DjangoModelFactory):
    class Meta:
        model = Upload

    municipality = SubFactory(MunicipalityFactory)


class UploadEntryFactory(DjangoModelFactory):
    class Meta:
        model = UploadEntry

    upload = SubFactory(UploadFactory)
    position = Sequence(lambda n: n)
    name = Sequence(lambda n: f"file-{n}.xlsx")


class ExamFactory(DjangoModelFactory):
    """ОГЭ in mathematics of spring 2021: ten sat, two failed."""

    class Meta:
        abstract = True

    school = SubFactory(SchoolFactory)
    school_year = 2020
    procedure = Procedure.OGE
    subject = "mathematics"
    grade = 9
    pupil_grade = SelfAttribute("grade")
    wave = Wave.MAIN
    attempt = Attempt.FIRST
    participants = 10
    mark_2 = 2
    mark_3 = 4
    mark_4 = 3
    mark_5 = 1
    passed = 8


class ResultFactory(ExamFactory):
    class Meta:
        model = Result

    session = "2021-05-24"


class ResultTotalFactory(ExamFactory):
    class Meta:
        model = ResultTotal


def result_with_total(**fields: Any) -> Result:
    """A stored result and what the writer makes of it for reading."""
    result = ResultFactory(**fields)
    refresh_totals([group_of(result)])
    return result


class ObjectivityFlagFactory(DjangoModelFactory):
    """Of the exam that `ExamFactory` makes."""

    class Meta:
        model = ObjectivityFlag

    school = SubFactory(SchoolFactory)
    school_year = 2020
    procedure = Procedure.OGE
    subject = "mathematics"
    grade = 9
    reason = "Отметки выше журнала"
    source = factory.LazyFunction(lambda: {"form": True})


class IdentificationRuleFactory(DjangoModelFactory):
    class Meta:
        model = IdentificationRule

    municipality = SubFactory(MunicipalityFactory)
    school_year = 2020
    number = 1
    parameters = LazyAttribute(lambda row: default_parameters(row.school_year).to_json())
    source = "Приказ Рособрнадзора от 19.08.2020 № 847"


class IdentificationDecisionFactory(DjangoModelFactory):
    class Meta:
        model = IdentificationDecision

    school = SubFactory(SchoolFactory)
    school_year = 2020
    category = Category.LOW_RESULTS
    is_included = True
    reason = "Решение комиссии"


class IdentificationEditionFactory(DjangoModelFactory):
    class Meta:
        model = IdentificationEdition

    municipality = SubFactory(MunicipalityFactory)
    school_year = 2020
    number = 1
    order_number = "45-п"
    order_date = dt.date(2021, 9, 15)
    snapshot = factory.LazyFunction(dict)


class SummaryRuleFactory(DjangoModelFactory):
    class Meta:
        model = SummaryRule

    municipality = SubFactory(MunicipalityFactory)


class TaskTopicFactory(DjangoModelFactory):
    """Of the exam that `ExamFactory` makes."""

    class Meta:
        model = TaskTopic

    municipality = SubFactory(MunicipalityFactory)
    school_year = 2020
    procedure = Procedure.OGE
    subject = "mathematics"
    grade = 9
    task = "1"
    topic = "Дроби"


class MarkScaleFactory(DjangoModelFactory):
    class Meta:
        model = MarkScale

    procedure = Procedure.OGE
    subject = "mathematics"
    grade = 9
    school_year = Sequence(lambda n: 2100 + n)  # the portal knows those of real years
    max_2 = 7
    max_3 = 14
    max_4 = 21
    source = "Рекомендации ФИПИ"


class PassThresholdFactory(DjangoModelFactory):
    class Meta:
        model = PassThreshold

    procedure = Procedure.EGE
    subject = "russian"
    school_year = Sequence(lambda n: 2100 + n)  # the portal knows those of real years
    minimum = 24
    source = "Приказ Рособрнадзора"


class NoteTextFactory(DjangoModelFactory):
    class Meta:
        model = NoteText

    municipality = SubFactory(MunicipalityFactory)
    school_year = 2020


class ReportFactory(DjangoModelFactory):
    """`drawn` names the file of a document that is ready."""

    class Meta:
        model = Report
        skip_postgeneration_save = True

    kind = Report.Kind.ANALYTICAL_NOTE
    municipality = SubFactory(MunicipalityFactory)
    period = "2020"
    number = Sequence(lambda n: n + 1)
    snapshot = factory.LazyFunction(lambda: {"title": "Аналитическая записка"})
    snapshot_sha256 = hashlib.sha256(b"{}").hexdigest()
    created_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def drawn(report: Report, create: bool, name: str | None, **fields: Any) -> None:
        if name:
            fields = {"format": name.rpartition(".")[2], "sha256": "a" * 64} | fields
            ReportFile.objects.create(report=report, file=name, **fields)
