"""The plan as a form: a field for each cell, what stood there when the page was made, and what a change stands on."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django import forms

from indicators.calculations.planned import BadPlan, Cell, Limits, PlanEntry, parse_planned, token
from indicators.models import Baseline, PlanRevision, Target
from indicators.queries.plan import Fact, History, PlanRow, PlanSheet, token_of
from indicators.services.plan import Basis, Conflict
from schools.orders import OrderDateField
from schools.wording import moment, number, period

WHEN_CHANGED = "Обязательна, если меняете или убираете записанное: её увидят в истории плана."
STALE = "Портал не знает, что было на странице. Откройте её заново и повторите."


def as_typed(value: Decimal) -> str:
    """As a person would type it: «24», «12,5»."""
    return token(value).replace(".", ",")


class PlannedField(forms.CharField):
    """A planned number as people type or paste it; None where nothing is planned."""

    def __init__(self, label: str, limits: Limits) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "control", "aria-label": label}
        super().__init__(label=label, required=False, max_length=40, widget=forms.TextInput(attrs=attrs))
        self.limits = limits

    def clean(self, value: Any) -> Decimal | None:
        try:
            return parse_planned(super().clean(value), self.limits)
        except BadPlan as error:
            raise forms.ValidationError(str(error)) from None


class BasisForm(forms.Form):
    """What a change of the plan stands on."""

    reason = forms.CharField(label="Причина", max_length=500, required=False, help_text=WHEN_CHANGED)
    order_number = forms.CharField(label="Номер приказа", max_length=60, required=False)
    order_date = OrderDateField(required=False)
    baseline_period = forms.ChoiceField(
        label="Период исходных значений",
        required=False,
        help_text="Нужен, если вписываете исходные значения: за какой они период.",
    )
    baseline_source = forms.CharField(
        label="Источник исходных значений",
        max_length=300,
        required=False,
        help_text="Нужен, если вписываете исходные значения: записка, отчёт школы, программа.",
    )

    def __init__(self, *args: Any, baseline_periods: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "выберите период"), *((code, period(code)) for code in baseline_periods)]
        self.fields["baseline_period"].choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("order_date") and not cleaned.get("order_number"):
            self.add_error("order_number", "Впишите номер приказа или уберите дату.")
        return cleaned

    def ask_for_baseline(self, *, with_period: bool) -> None:
        """Baselines are written: they need to say where from and, unless it is known, of which period."""
        if not self.cleaned_data.get("baseline_source"):
            self.add_error("baseline_source", "Укажите, откуда взяты исходные значения.")
        if with_period and not self.cleaned_data.get("baseline_period"):
            self.add_error("baseline_period", "Выберите, за какой период исходные значения.")

    def basis(self) -> Basis:
        cleaned = self.cleaned_data
        names = ("reason", "order_number", "order_date", "baseline_source")
        return Basis(**{name: cleaned.get(name) or Basis.__dataclass_fields__[name].default for name in names})


@dataclass(frozen=True)
class GridCell:
    """A cell with all that stands in it."""

    period: str  # "" for the baseline
    field: forms.BoundField | None  # None where the user may only read
    planned: Target | Baseline | None
    fact: Fact | None
    history: History | None

    @property
    def first(self) -> Decimal | None:
        """As first approved; what was never changed is so still."""
        return self.history.first if self.history else self.planned.value if self.planned else None


@dataclass(frozen=True)
class GridRow:
    row: PlanRow
    latest: Fact | None
    cells: tuple[GridCell, ...]  # the baseline first


class PlanForm(BasisForm):
    """One page of the sheet."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: PlanSheet, **kwargs: Any) -> None:
        self.sheet = sheet
        initial = {"baseline_period": sheet.usual_baseline_period, "shown": json.dumps(self._tokens())}
        initial |= {cell.name: as_typed(row.value) for cell, row in sheet.planned.items()}
        super().__init__(*args, initial=initial, baseline_periods=sheet.baseline_periods, **kwargs)
        if sheet.can_edit:
            for row in sheet.rows:
                for code in ("", *sheet.periods):
                    what = f"план на {period(code)}" if code else "исходное значение"
                    self.fields[row.cell(code).name] = PlannedField(f"{row.title}: {what}", row.limits)

    def clean_shown(self) -> dict[str, str]:
        """What each cell said when the page was made, by name."""
        try:
            shown = json.loads(self.cleaned_data["shown"])
        except ValueError:
            shown = None
        if not isinstance(shown, dict):
            raise forms.ValidationError(STALE)
        return {str(name): str(text) for name, text in shown.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "shown" in self.errors:
            self.add_error(None, STALE)
        elif any(entry.cell.is_baseline and entry.new is not None for entry in self.entries()):
            self.ask_for_baseline(with_period=True)
        return cleaned

    def entries(self) -> list[PlanEntry]:
        """The cells in which something else stands than the page showed; what was not on it is left alone."""
        shown, of_baseline = self.cleaned_data["shown"], self.cleaned_data.get("baseline_period", "")
        return [
            PlanEntry(
                cell, self.cleaned_data[cell.name], shown.get(cell.name, ""), of_baseline if cell.is_baseline else ""
            )
            for cell in self._cells()
            if self._is_touched(cell, shown)
        ]

    def _is_touched(self, cell: Cell, shown: dict[str, str]) -> bool:
        if cell.name not in self.data or cell.name not in self.cleaned_data:
            return False
        return token(self.cleaned_data[cell.name]) != shown.get(cell.name, "").partition("@")[0]

    def beside(self, sheet: PlanSheet, conflicts: Iterable[Conflict]) -> Self:
        """The same form over what the sheet says by now: what was typed stays, what was left alone shows the new
        number, and cells that somebody else has changed say so."""
        data, shown = self.data.copy(), self.cleaned_data["shown"]
        for cell in self._cells():
            if not self._is_touched(cell, shown):
                known = sheet.planned.get(cell)
                data[cell.name] = as_typed(known.value) if known else ""
        form = type(self)(sheet=sheet)
        data["shown"] = form.initial["shown"]
        form = type(self)(data, sheet=sheet)
        form.full_clean()
        for conflict in conflicts:
            form.add_error(conflict.cell.name if conflict.cell.name in form.fields else None, conflict_text(conflict))
        return form

    def rows(self) -> Iterator[GridRow]:
        for row in self.sheet.rows:
            cells = tuple(self._grid_cell(row, code) for code in self.columns)
            yield GridRow(row, self.sheet.latest(row), cells)

    @property
    def columns(self) -> tuple[str, ...]:
        """Codes of periods, that of the baseline first."""
        return ("", *self.sheet.periods)

    def _grid_cell(self, row: PlanRow, code: str) -> GridCell:
        cell = row.cell(code)
        return GridCell(
            period=code,
            field=self[cell.name] if cell.name in self.fields else None,
            planned=self.sheet.planned.get(cell),
            fact=self.sheet.fact(row, code) if code else None,
            history=self.sheet.history.get(cell),
        )

    def _cells(self) -> list[Cell]:
        return self.sheet.cells if self.sheet.can_edit else []

    def _tokens(self) -> dict[str, str]:
        return {cell.name: token_of(row) for cell, row in self.sheet.planned.items()}


def conflict_text(conflict: Conflict) -> str:
    """«Пока вы заполняли, здесь записали 72 (Иванова И. И., 12.03.2021 в 14:05).»"""
    line: PlanRevision | None = conflict.revision
    who = str(line.changed_by.get_full_name()) if line and line.changed_by else ""
    by = f" ({', '.join(filter(None, [who, moment(line.changed_at)]))})" if line else ""
    if conflict.value is None:
        return f"Пока вы заполняли, число убрали{by}. Сохраните ещё раз, если ваше верно."
    return f"Пока вы заполняли, здесь записали {number(conflict.value, 4)}{by}. Сохраните ещё раз, если ваше верно."
