"""Forms of a programme's passport: one form a line, a bench of them a part, so that lines are added, moved and taken
out by plain buttons and nothing typed is lost on the way."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.http import QueryDict

from indicators.models import Indicator
from roadmaps.forms.days import DayField
from roadmaps.models import Money, Programme, ProgrammeTask
from roadmaps.passport.parts import FIELDS, Line, Part
from roadmaps.services.passport import kind_problem
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.orders import OrderDateField

SALT = "roadmaps.passport"
MAX_LINES = 60  # of one part; documents have a dozen
FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_TEXT = 5000
NO_SUCH_YEAR = f"Запишите год четырьмя цифрами, с {FIRST_YEAR} по {LAST_YEAR}."


def _text(label: str, rows: int, *, required: bool = True, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_TEXT, required=required, widget=widget, **options)


def _year(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": NO_SUCH_YEAR, "min_value": NO_SUCH_YEAR, "max_value": NO_SUCH_YEAR},
    )  # fmt: skip


class RoublesField(forms.DecimalField):
    """Roubles as people write them: «1 250 000,50»."""

    def __init__(self, *, label: str) -> None:
        super().__init__(
            label=label, min_value=0, max_digits=14, decimal_places=2, required=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={
                "invalid": "Запишите сумму в рублях числом, например 125000 или 125000,50.",
                "min_value": "Сумма не бывает меньше нуля.",
                "max_decimal_places": "Копеек не больше двух знаков.",
            },
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """What is stored, «1250000.50», with a comma."""
        return value.replace(".", ",") if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".")
        return super().to_python(value)


class LineForm(forms.Form):
    """One line of a part."""

    part: ClassVar[Part]
    kept_when_blank: ClassVar[tuple[str, ...]] = ()  # fields that are filled in from the start

    def __init__(self, *args: Any, programme: Programme, choices: "Choices", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.offer(choices)
        self.use_required_attribute = False

    def offer(self, choices: "Choices") -> None:
        """Put what may be chosen into the fields."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed: such a line is left out."""
        if not self.is_bound or self.part is Part.HEAD or any(field.disabled for field in self.fields.values()):
            return False
        typed = [self[name].data for name in self.fields if name not in self.kept_when_blank]
        return not any(value.strip() if isinstance(value, str) else value for value in typed)

    def line(self) -> Line:
        """What a passport keeps of it."""
        return {field: _plain(self.cleaned_data.get(field)) for field in FIELDS[self.part]}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, list):
        return sorted(value)
    return "" if value is None else str(value).replace("\r\n", "\n")


class HeadLine(LineForm):
    part = Part.HEAD

    title = _text("Название", 3)
    background = _text("Чем утверждена, кто разработал", 3, required=False)
    aim = _text("Цель", 4, required=False, help_text="Словами документа. Без цели программу не согласовать.")
    starts_in = _year("Год начала")
    ends_in = _year("Год окончания")
    finance = _text("Финансирование", 3, required=False, help_text="Словами; суммы по строкам — в разделе «Деньги».")
    order_number = forms.CharField(label="Номер приказа", max_length=60, required=False)
    order_date = OrderDateField(required=False)

    def clean(self) -> dict[str, Any]:
        return _clean_years(self, super().clean() or {})


def _clean_years(form: forms.Form, found: dict[str, Any]) -> dict[str, Any]:
    starts_in, ends_in = found.get("starts_in"), found.get("ends_in")
    if starts_in and ends_in and ends_in < starts_in:
        form.add_error("ends_in", "Программа не может закончиться раньше, чем началась: проверьте годы.")
    return found


class TaskLine(LineForm):
    part = Part.TASKS
    kept_when_blank = ("kind",)

    kind = forms.ChoiceField(
        label="Цель или задача",
        choices=[(value, label.capitalize()) for value, label in ProgrammeTask.Kind.choices],
        initial=ProgrammeTask.Kind.TASK,
    )
    text = _text("Текст", 3)
    indicators = forms.MultipleChoiceField(
        label="По каким показателям видно, что достигнуто", required=False, widget=forms.CheckboxSelectMultiple
    )

    def offer(self, choices: "Choices") -> None:
        field = self.fields["indicators"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices.indicators
        if not choices.indicators:
            del self.fields["indicators"]

    def line(self) -> Line:
        return super().line() | {"indicators": sorted(self.cleaned_data.get("indicators", []))}


class StageLine(LineForm):
    part = Part.STAGES

    title = forms.CharField(label="Этап", max_length=300)
    starts_on = DayField(label="Начало", required=False)
    ends_on = DayField(label="Окончание", required=False)
    text = _text("Содержание", 3, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("starts_on") and found.get("ends_on") and found["ends_on"] < found["starts_on"]:
            self.add_error("ends_on", "Последний день раньше первого: проверьте даты.")
        return found


class ResultLine(LineForm):
    part = Part.RESULTS

    text = _text("Ожидаемый результат", 3)


class ParticipantLine(LineForm):
    part = Part.PARTICIPANTS

    school = forms.ChoiceField(label="Школа", required=False)
    organisation = forms.CharField(
        label="Участник", max_length=300, required=False,
        help_text="Организация или должность, как в приказе. Если выбрана школа, можно не заполнять. Фамилии не нужны.",
    )  # fmt: skip
    duties = _text("Обязанности", 3, required=False)
    basis = forms.CharField(
        label="Основание", max_length=300, required=False, help_text="Например: пункт 2.1 приказа № 1030."
    )

    def offer(self, choices: "Choices") -> None:
        self.names = dict(choices.schools)
        field = self.fields["school"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Не школа"), *choices.schools]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("organisation") and "school" in found:
            found["organisation"] = self.names.get(found["school"], "")[:300]
            if not found["organisation"]:
                self.add_error("organisation", "Выберите школу или напишите, какая это организация или должность.")
        return found


class RiskLine(LineForm):
    part = Part.RISKS

    text = _text("Риск", 3)
    mitigation = _text("Способ снижения", 3, required=False)


class MoneyLine(LineForm):
    part = Part.MONEY
    kept_when_blank = ("source", "year")

    title = forms.CharField(label="На что", max_length=300)
    year = _year("Год")
    source = forms.ChoiceField(
        label="Источник", choices=[(value, label.capitalize()) for value, label in Money.Source.choices],
        initial=Money.Source.MUNICIPAL,
    )  # fmt: skip
    planned = RoublesField(label="План, ₽")
    spent = RoublesField(label="Израсходовано, ₽")

    def offer(self, choices: "Choices") -> None:
        self.fields["year"].initial = self.programme.starts_in
        if self.programme.status == Programme.Status.APPROVED:
            for name in ("title", "year", "source", "planned"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for field in ("planned", "spent"):
            if field not in self.errors:
                found[field] = found.get(field) or Decimal(0)
        return found


FORMS: Mapping[Part, type[LineForm]] = {
    form.part: form for form in (HeadLine, TaskLine, StageLine, ResultLine, ParticipantLine, RiskLine, MoneyLine)
}


@dataclass(frozen=True)
class Choices:
    """What lines choose from, as (code, name): read once for all of them."""

    indicators: tuple[tuple[str, str], ...]
    schools: tuple[tuple[str, str], ...]


def choices_of(user: Any, programme: Programme, part: Part) -> Choices:
    """Only what this part needs, and of schools only those that the user may look into."""
    indicators, schools = [], []
    if part is Part.TASKS:
        of_town = Indicator.objects.visible_to(user).filter(municipality=programme.municipality_id)
        indicators = list(of_town.order_by("position", "code").values_list("code", "short_name"))
    if part is Part.PARTICIPANTS:
        visible = School.objects.visible_to(user).filter(municipality=programme.municipality_id)
        schools = [(school.public_code, school.name) for school in in_natural_order(visible)]
    return Choices(tuple(indicators), tuple(schools))


class Bench:
    """The lines of one part on a page: as they are stored, or as somebody has typed them."""

    def __init__(self, programme: Programme, part: Part, choices: Choices, forms: list[LineForm]) -> None:
        self.programme = programme
        self.part = part
        self.choices = choices
        self.forms = forms

    @classmethod
    def stored(cls, programme: Programme, part: Part, choices: Choices, lines: Sequence[Line]) -> "Bench":
        bench = cls(programme, part, choices, [])
        bench.forms = [bench.form(place, initial=line) for place, line in enumerate(lines)]
        return bench

    @classmethod
    def typed(
        cls, programme: Programme, part: Part, choices: Choices, post: QueryDict, seen: Sequence[Line]
    ) -> "Bench":
        """What was seen fills in the fields that cannot be written now."""
        bench = cls(programme, part, choices, [])
        told = post.get("lines", "")
        count = min(int(told), MAX_LINES) if told.isdecimal() and len(told) < 5 else 0
        count = 1 if part is Part.HEAD else count
        bench.forms = [
            bench.form(place, data=post, initial=seen[place] if place < len(seen) else None) for place in range(count)
        ]
        return bench

    def form(self, place: int, **told: Any) -> LineForm:
        told = {name: value for name, value in told.items() if value is not None}
        return FORMS[self.part](prefix=f"line-{place}", programme=self.programme, choices=self.choices, **told)

    @property
    def can_be_moved(self) -> bool:
        """Whether lines come and go: there is one head, and what an order approved stands as it is."""
        return self.part is not Part.HEAD and self.programme.status != Programme.Status.APPROVED

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= MAX_LINES

    def after(self, verb: str) -> "Bench":
        """The same lines, not judged yet, after «add», «up:2», «down:2» or «remove:2»; any other changes nothing."""
        raw = [{name: form[name].data for name in form.fields} for form in self.forms]
        does, _, told = verb.partition(":")
        place = int(told) if told.isdecimal() and len(told) < 5 else -1
        if self.can_be_moved and does == "add" and not self.is_full:
            raw.append({})
        elif self.can_be_moved and 0 <= place < len(raw):
            if does == "remove":
                raw.pop(place)
            elif does in ("up", "down"):
                other = min(max(place + (1 if does == "down" else -1), 0), len(raw) - 1)
                raw[place], raw[other] = raw[other], raw[place]
        return Bench.stored(self.programme, self.part, self.choices, raw)

    def is_valid(self) -> bool:
        """Judges every line, so that all that is wrong is shown at once; blank lines are left out."""
        judged = [form.is_blank or form.is_valid() for form in self.forms]
        return all(judged)

    def lines(self) -> list[Line]:
        return [form.line() for form in self.forms if not form.is_blank]

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Of all lines: the field's id, its label, what is wrong."""
        return [
            (form[name].id_for_label if name in form.fields else "", form.fields[name].label or "", error)
            for form in self.forms
            if form.is_bound and not form.is_blank
            for name, errors in form.errors.items()
            for error in errors
        ]


def seal(lines: Sequence[Line]) -> str:
    """What was seen, as the page carries it: signed, so that it is what the portal had shown."""
    return signing.dumps(list(lines), salt=SALT, compress=True)


def unseal(text: str) -> list[Line]:
    """Nothing where the text is not ours: then what is stored counts as changed, and is shown."""
    try:
        found = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return []
    return list(found)


class NewProgrammeForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=Programme.Kind.choices)
    school = forms.ModelChoiceField(
        label="Чья программа", queryset=School.objects.none(), required=False, empty_label="Всего муниципалитета"
    )
    title = _text("Название", 3)
    starts_in = _year("Год начала")
    ends_in = _year("Год окончания")

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = School.objects.visible_to(user).filter(municipality=municipality)

    def clean(self) -> dict[str, Any]:
        found = _clean_years(self, super().clean() or {})
        if "kind" in found and "school" in found and (problem := kind_problem(found["kind"], found["school"])):
            self.add_error("school", problem)
        return found


class OrderForm(forms.Form):
    """By which a programme is approved; what is changed is asked of an amendment."""

    order_number = forms.CharField(
        label="Номер приказа", max_length=60,
        error_messages={"required": "Укажите номер приказа: без приказа программа не утверждается."},
    )  # fmt: skip
    order_date = OrderDateField(error_messages={"required": "Укажите дату приказа."})
    reason = forms.CharField(
        label="Что изменено", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Коротко; сами изменения портал покажет построчно.",
        error_messages={"required": "Напишите, что изменено: это увидят в списке редакций."},
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_amendment: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_amendment:
            del self.fields["reason"]
