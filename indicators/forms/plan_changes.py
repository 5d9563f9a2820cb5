"""Changes of the plan to be looked at before they are written: the list itself, with what stood there, is sent back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from django import forms

from indicators.calculations.planned import BadPlan, Cell, PlanEntry, parse_planned, token
from indicators.forms.plan import BasisForm, conflict_text
from indicators.models import Indicator
from indicators.queries.plan import PlanRow
from indicators.services.plan import Conflict
from schools.models import Municipality, School
from schools.periods import Period

BROKEN = "Список изменений повреждён. Вернитесь к плану и повторите загрузку."
SHOWN = 200  # so many changes are listed, the rest are counted


@dataclass(frozen=True)
class PlanChange:
    """A cell that would change."""

    row: PlanRow
    entry: PlanEntry
    conflict: str = ""

    @property
    def old(self) -> str:
        return self.entry.shown.partition("@")[0]

    @property
    def may_be_a_fraction(self) -> bool:
        """Excel keeps 75 % as 0.75 where the cell has the format of per cents."""
        is_share = self.row.indicator.unit == Indicator.Unit.PERCENT and self.row.limits.most == 100
        return is_share and self.entry.new is not None and 0 < self.entry.new < 1


def entries_to_json(entries: Iterable[PlanEntry]) -> str:
    rows = [(*entry.cell, entry.shown, token(entry.new), entry.period) for entry in entries]
    return json.dumps(rows, separators=(",", ":"))


class PlanChangesForm(BasisForm):
    """What a change of the plan stands on, over a list of changes."""

    changes = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        entries: Sequence[PlanEntry] = (),
        conflicts: Mapping[Cell, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        text = str(self.data.get("changes", "")) if self.is_bound else entries_to_json(entries)
        self.initial["changes"] = text
        self.all_changes = _read(municipality, text)
        if conflicts:
            self.all_changes = [
                replace(change, conflict=conflicts.get(change.entry.cell, "")) for change in self.all_changes or ()
            ]
        if not self._baselines:
            del self.fields["baseline_period"], self.fields["baseline_source"]
        elif not self._asks_for_period:
            del self.fields["baseline_period"]

    @property
    def _baselines(self) -> list[PlanEntry]:
        entries = (change.entry for change in self.all_changes or ())
        return [entry for entry in entries if entry.cell.is_baseline and entry.new is not None]

    @property
    def _asks_for_period(self) -> bool:
        return any(not entry.period for entry in self._baselines)

    @property
    def listed(self) -> list[PlanChange]:
        """Conflicts first, so that none is among those that are only counted."""
        return sorted(self.all_changes or (), key=lambda change: not change.conflict)[:SHOWN]

    @property
    def unlisted(self) -> int:
        return max(0, len(self.all_changes or ()) - SHOWN)

    @property
    def replaced(self) -> int:
        """How many of them change or take away what is written."""
        return sum(bool(change.old) for change in self.all_changes or ())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.all_changes:
            self.add_error(None, BROKEN)
        elif self._baselines:
            self.ask_for_baseline(with_period=self._asks_for_period)
            self._check_period(cleaned.get("baseline_period", ""))
        return cleaned

    def _check_period(self, code: str) -> None:
        kinds = {change.row.indicator.period_kind for change in self.all_changes or () if change.entry.cell.is_baseline}
        if code and kinds != {Period.parse(code).kind}:
            self.add_error("baseline_period", "У этих показателей другие периоды: выберите подходящий.")

    def entries(self) -> list[PlanEntry]:
        of_baseline = self.cleaned_data.get("baseline_period", "")
        return [
            replace(change.entry, period=of_baseline)
            if change.entry.cell.is_baseline and not change.entry.period
            else change.entry
            for change in self.all_changes or ()
        ]

    def beside(self, municipality: Municipality, now: Mapping[Cell, str], conflicts: Sequence[Conflict]) -> Self:
        """The same list over what stands there by now; what somebody else has changed says so."""
        data = self.data.copy()
        entries = [replace(change.entry, shown=now.get(change.entry.cell, "")) for change in self.all_changes or ()]
        data["changes"] = entries_to_json(entries)
        periods = [code for code, _ in self.fields["baseline_period"].choices if code] if self._asks_for_period else []
        texts = {conflict.cell: conflict_text(conflict) for conflict in conflicts}
        form = type(self)(data, municipality=municipality, baseline_periods=periods, conflicts=texts)
        form.full_clean()
        return form


def _read(municipality: Municipality, text: str) -> list[PlanChange] | None:
    """None for what this portal has not written, or what is not of this municipality."""
    try:
        rows = [
            (Cell(int(i), None if s is None else int(s), str(p)), *map(str, rest))
            for i, s, p, *rest in json.loads(text)
        ]
        cells = [cell for cell, _, _, _ in rows]
    except (TypeError, ValueError):
        return None
    indicators = Indicator.objects.filter(municipality=municipality).in_bulk({cell.indicator for cell in cells})
    schools = School.objects.filter(municipality=municipality).in_bulk({cell.school for cell in cells if cell.school})
    try:
        return [
            _change(indicators[cell.indicator], None if cell.school is None else schools[cell.school], cell, *rest)
            for cell, *rest in rows
        ]
    except (KeyError, BadPlan, ValueError):
        return None


def _change(indicator: Indicator, school: School | None, cell: Cell, shown: str, new: str, of: str) -> PlanChange:
    row = PlanRow(indicator, school)
    for code in filter(None, (cell.period, of)):
        if Period.parse(code).kind != indicator.period_kind:
            raise ValueError(code)
    number: Decimal | None = parse_planned(new, row.limits)
    return PlanChange(row, PlanEntry(cell, number, shown, of))
