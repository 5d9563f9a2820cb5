"""The form of collected numbers: one field a school and number, typed text kept as it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from indicators.calculations.statistics import BadNumber, excesses, parse_number
from indicators.imports.statistics import WHOLE, Entry, excess_message
from indicators.models import StatisticKind
from indicators.queries.statistics import Place, StatisticsSheet, limits_of
from schools.models import School


@dataclass(frozen=True)
class Row:
    """A school, or the municipality; of each number its field, None where the user may only read, and why it is not
    shown, where it is not."""

    title: str
    school: School | None
    cells: tuple[tuple[StatisticKind, Decimal | None, forms.BoundField | None, str], ...]


class NumberField(forms.CharField):
    """A number as people type it; None where nothing is typed."""

    def __init__(self, label: str, *, is_of_people: bool = False) -> None:
        self.is_of_people = is_of_people
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "control", "size": 8, "aria-label": label}
        super().__init__(label=label, required=False, max_length=40, widget=forms.TextInput(attrs=attrs))

    def clean(self, value: Any) -> Decimal | None:
        try:
            return parse_number(super().clean(value), is_of_people=self.is_of_people)
        except BadNumber as error:
            raise forms.ValidationError(str(error)) from None


class StatisticsForm(forms.Form):
    """The numbers of the schools on the page, and those of the municipality where the user answers for it."""

    def __init__(self, *args: Any, sheet: StatisticsSheet, schools: Sequence[School], **kwargs: Any) -> None:
        self.sheet, self.schools = sheet, schools
        numbers = {self.name_of(place, code): _typed(value) for (place, code), value in sheet.numbers.items()}
        super().__init__(*args, initial=numbers, **kwargs)
        for school in schools:
            if school.pk in sheet.editable:
                self._add(school.pk, school.name, sheet.kinds)
        if sheet.can_edit_municipality:
            self._add(None, WHOLE, sheet.municipal_kinds)

    @staticmethod
    def name_of(place: Place, code: str) -> str:
        return f"{place or 'whole'}-{code}"

    def _add(self, place: Place, title: str, kinds: Sequence[StatisticKind]) -> None:
        for kind in kinds:
            self.fields[self.name_of(place, kind.code)] = NumberField(
                f"{title}: {kind.name}", is_of_people=kind.counts_people
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for place, kinds in self._places():
            numbers = {kind.code: self._number(cleaned, place, kind) for kind in kinds}
            for excess in excesses(numbers, limits_of(kinds)):
                message = excess_message(excess.at_most, excess.largest, self.sheet)
                self.add_error(self.name_of(place, excess.code), message)
        return cleaned

    def entries(self) -> list[Entry]:
        """What was sent: an empty cell takes a number away, a cell that was not on the sender's page leaves it."""
        return [
            Entry(place, kind, self.cleaned_data[self.name_of(place, kind.code)])
            for place, kinds in self._places()
            for kind in kinds
            if self.name_of(place, kind.code) in self.data
        ]

    def _number(self, cleaned: dict[str, Any], place: Place, kind: StatisticKind) -> Decimal | None:
        name = self.name_of(place, kind.code)
        return cleaned.get(name) if name in self.data else self.sheet.numbers.get((place, kind.code))

    def _places(self) -> Iterator[tuple[Place, Sequence[StatisticKind]]]:
        for school in self.schools:
            if school.pk in self.sheet.editable:
                yield school.pk, self.sheet.kinds
        if self.sheet.can_edit_municipality:
            yield None, self.sheet.municipal_kinds

    def rows(self) -> list[Row]:
        return [self._row(school.pk, school.name, school, self.sheet.kinds) for school in self.schools]

    def whole(self) -> Row | None:
        """The municipality's own numbers, where it has any."""
        if not self.sheet.municipal_kinds:
            return None
        return self._row(None, WHOLE, None, self.sheet.municipal_kinds)

    def _row(self, place: Place, title: str, school: School | None, kinds: Sequence[StatisticKind]) -> Row:
        cells = []
        for kind in kinds:
            name, key = self.name_of(place, kind.code), (place, kind.code)
            field = self[name] if name in self.fields else None
            cells.append((kind, self.sheet.numbers.get(key), field, self.sheet.hidden.get(key, "")))
        return Row(title, school, tuple(cells))


def _typed(value: Decimal) -> str:
    """As a person would type it: «24», «12,5»."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
