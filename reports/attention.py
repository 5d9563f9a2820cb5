"""The note of the year on home: ready to be read, or still to be made by who may make it."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.access import Permission
from indicators.models import MunicipalityValue
from indicators.periods import period_of_year
from monitoring.attention import Attention
from reports.models import Report
from schools.models import Municipality
from schools.wording import period as in_words


def note_of_the_year(user: Any, municipality: Municipality, school_year: int) -> Iterator[Attention]:
    period = period_of_year(municipality.period_kind, school_year)
    notes = Report.objects.visible_to(user).filter(
        municipality=municipality, kind=Report.Kind.ANALYTICAL_NOTE, period=period
    )
    latest = notes.order_by("-number").first()
    if latest is None:
        if municipality.allows(user, Permission.REPORT_CREATE) and _has_values(user, municipality, period):
            yield Attention(
                "",
                f"Записки за {in_words(period)} ещё нет",
                "Показатели посчитаны: записку можно составить, дописать выводы и выгрузить в PDF.",
                f"{reverse('reports:list')}?year={school_year}",
                "Составить записку",
            )
    elif latest.drawn:
        yield Attention(
            "good",
            f"Записка за {in_words(period)} готова",
            f"Редакция {latest.number}. Её можно прочитать и скачать в PDF.",
            latest.get_absolute_url(),
            "Открыть записку",
        )


def _has_values(user: Any, municipality: Municipality, period: str) -> bool:
    values = MunicipalityValue.objects.visible_to(user).filter(indicator__municipality=municipality, period=period)
    return values.filter(value__isnull=False).exists()
