"""Forms of the standing seminar: the half-year, an offer, a school's request, the lines of a programme."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from mentoring.models import Seminar, SeminarOffer, SeminarRequest, SeminarSession
from mentoring.models.events import EVENT_KINDS, PRESENCES
from mentoring.models.seminar import HALVES
from mentoring.queries.seminar import fingerprint
from mentoring.services.seminar import OfferTold, SeminarTold, SessionTold, Wanted
from roadmaps.forms.days import DayField
from roadmaps.plans.people import people_named
from roadmaps.queries.years import year_of_plans
from schools.forms.versions import Difference, differences
from schools.periods import school_year_label
from schools.wording import in_one_case

NOT_TICKED = "Отметьте, что тема нужна школе, или сотрите число и пожелания."
NAMED_TWICE = "Эта тема уже названа выше: сотрите её здесь."
AMONG_OFFERS = "Эта тема есть среди предложений: отметьте её там, а здесь сотрите."
NO_NAMES = "Без фамилий: назовите тему, а не человека."
OWN_TOPICS = 3  # lines for topics that nobody offers
MORE_LINES = 2  # empty ones at the end of a programme


def _hours() -> forms.DecimalField:
    return forms.DecimalField(
        label="Часов", min_value=0, max_value=999, max_digits=5, decimal_places=1, localize=True, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 5}),
        error_messages={"invalid": "Запишите число, например 1,5."},
    )  # fmt: skip


class SeminarForm(forms.Form):
    school_year = forms.TypedChoiceField(label="Учебный год", coerce=int)
    half = forms.TypedChoiceField(label="Полугодие", choices=HALVES, coerce=int)
    requests_until = DayField(label="Заявки принимаются по")
    note = forms.CharField(
        label="Что сообщаем школам", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Как проходит семинар и как написать заявку. Увидят все школы.",
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, seminar: Seminar | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = year_of_plans(timezone.localdate())
        years = sorted({running, running + 1, seminar.school_year if seminar else running})
        self.fields["school_year"].choices = [(year, school_year_label(year)) for year in years]
        self.half = {} if seminar is None else {"school_year": seminar.school_year, "half": seminar.half}
        for name in self.half:  # of one that is there it stays
            del self.fields[name]

    @property
    def told(self) -> SeminarTold:
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return SeminarTold(**self.half | said)

    def differences(self, stored: Seminar) -> list[Difference]:
        return differences(self, stored, ["requests_until", "note"])


def seminar_initial(seminar: Seminar | None) -> dict[str, Any]:
    if seminar is None:
        today = timezone.localdate()
        return {"school_year": year_of_plans(today), "half": 1 if today.month >= 9 else 2}
    return {name: getattr(seminar, name) for name in ("school_year", "half", "requests_until", "note", "version")}


class OfferForm(forms.Form):
    title = forms.CharField(
        label="Тема", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Назовите тему."},
    )  # fmt: skip
    kind = forms.ChoiceField(label="Вид", choices=EVENT_KINDS)
    audience = forms.CharField(
        label="Для кого", max_length=500, required=False, help_text="Например: учителя математики."
    )
    hours = _hours()
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def clean_title(self) -> str:
        return _without_names(self.cleaned_data["title"])

    @property
    def told(self) -> OfferTold:
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return OfferTold(**said | {"hours": said["hours"] or None})

    def differences(self, stored: SeminarOffer) -> list[Difference]:
        return differences(self, stored, ["title", "kind", "audience", "hours"])


def _without_names(text: str) -> str:
    if people_named(text):
        raise forms.ValidationError(NO_NAMES)
    return text


def offer_initial(offer: SeminarOffer) -> dict[str, Any]:
    found = {name: getattr(offer, name) for name in ("title", "kind", "audience", "version")}
    return found | {"hours": offer.hours.normalize() if offer.hours else None}


class WantedForm(forms.Form):
    """One topic of a request: an offered one, or the school's own."""

    is_wanted = forms.BooleanField(label="Нужна школе", required=False)
    topic = forms.CharField(label="Тема", max_length=500, required=False)
    people = forms.IntegerField(
        label="Сколько человек", min_value=1, max_value=1000, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    wish = forms.CharField(label="Пожелания", max_length=500, required=False)

    def __init__(self, *args: Any, offer: SeminarOffer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        del self.fields["topic" if offer else "is_wanted"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in ("topic", "wish"):
            if people_named(found.get(name) or ""):
                self.add_error(name, NO_NAMES)
        if self.offer is None and not found.get("topic") and (found.get("people") or found.get("wish")):
            self.add_error("topic", "Назовите тему.")
        if self.offer and not found.get("is_wanted") and any(found.get(name) for name in self.changed_data):
            self.add_error("is_wanted", NOT_TICKED)
        return found

    @property
    def told(self) -> Wanted | None:
        said = self.cleaned_data
        if not (said.get("is_wanted") or (said.get("topic") or "").strip()):
            return None
        return Wanted(self.offer, (said.get("topic") or "").strip(), said["people"], said["wish"])


def wanted_forms(data: Any, offers: Iterable[SeminarOffer], asked: Iterable[SeminarRequest]) -> list[WantedForm]:
    """Of every offer, then of the school's own topics with empty lines after them."""
    asked = list(asked)
    by_offer = {row.offer_id: row for row in asked if row.offer_id}
    own = [row for row in asked if row.offer_id is None]
    found = [
        WantedForm(data, prefix=f"offer-{offer.pk}", offer=offer, initial=_asked(by_offer.get(offer.pk)))
        for offer in offers
    ]
    lines = max(len(own) + 1, OWN_TOPICS)
    rows = [*own, *[None] * (lines - len(own))]
    return found + [
        WantedForm(data, prefix=f"own-{number}", offer=None, initial=_asked(row)) for number, row in enumerate(rows)
    ]


def say_twice(wanted: Iterable[WantedForm]) -> None:
    """Of checked forms: own topics that stand there twice, or are among what is offered."""
    told = [form for form in wanted if not form.errors]
    offered = {in_one_case(form.offer.title) for form in told if form.offer}
    seen: set[str] = set()
    for form in (form for form in told if form.offer is None):
        topic = in_one_case(form.cleaned_data.get("topic") or "")
        if topic and topic in offered:
            form.add_error("topic", AMONG_OFFERS)
        elif topic and topic in seen:
            form.add_error("topic", NAMED_TWICE)
        seen.add(topic)


def _asked(row: SeminarRequest | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"is_wanted": True, "topic": row.topic, "people": row.people, "wish": row.wish}


class SeenForm(forms.Form):
    """Which request was seen."""

    version = forms.CharField(max_length=16, widget=forms.HiddenInput)


def seen_initial(asked: Iterable[SeminarRequest]) -> dict[str, Any]:
    return {"version": fingerprint(asked)}


def request_differences(told: Iterable[Wanted], stored: Iterable[SeminarRequest]) -> list[Difference]:
    """What is stored now where somebody has typed something else."""
    typed = {str(one.offer or one.topic): _wish(one) for one in told}
    asked = {str(row): _wish(row) for row in stored}
    return [
        (topic, asked.get(topic, "школа не просит"))
        for topic in dict.fromkeys([*asked, *typed])
        if asked.get(topic) != typed.get(topic)
    ]


def _wish(one: Wanted | SeminarRequest) -> str:
    people = f"{one.people} чел." if one.people else ""
    return "; ".join(filter(None, (people, one.wish))) or "школа просит"


class SessionForm(forms.Form):
    title = forms.CharField(label="Тема", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="Вид", choices=EVENT_KINDS, initial="webinar")
    on = DayField(label="Дата", required=False)
    starts_at = forms.TimeField(
        label="Начало", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Запишите время так: 15:00."},
    )  # fmt: skip
    hours = _hours()
    presence = forms.ChoiceField(label="Форма", choices=PRESENCES, initial="remote")
    offer = forms.ModelChoiceField(queryset=SeminarOffer.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, seminar: Seminar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = seminar.offers.all()

    def clean_title(self) -> str:
        return _without_names(self.cleaned_data["title"])

    @property
    def told(self) -> SessionTold | None:
        """None for a line whose topic was taken out."""
        said = self.cleaned_data  # nothing, where an empty line was left as it was
        return SessionTold(**said | {"hours": said["hours"] or None}) if said.get("title", "").strip() else None


SessionForms = forms.formset_factory(SessionForm, extra=MORE_LINES, max_num=60, absolute_max=60)


def sessions_initial(sessions: Iterable[SeminarSession]) -> list[dict[str, Any]]:
    names = ("title", "kind", "on", "starts_at", "presence", "offer")
    return [
        {name: getattr(one, name) for name in names} | {"hours": one.hours.normalize() if one.hours else None}
        for one in sessions
    ]
