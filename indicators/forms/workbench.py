"""The builder's page: the drafts of formula and population beside the passport, kept as they were typed."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from indicators.calculations import Problem, population_to_json, to_json
from indicators.calculations.checks import check_unit
from indicators.calculations.draft_changes import fitting_units, retyped, with_part_more, without_part
from indicators.calculations.drafts import Draft, asked_kinds, draft_from, draft_of, json_of
from indicators.forms.examples import Example
from indicators.forms.formula_tree import Choices, NodeView, Said, formula_view, population_view
from indicators.forms.passport import PassportForm, RevisionForm, periods_to_choose
from indicators.forms.problems import at_fields, place_in_words
from indicators.models import Indicator
from indicators.queries.definitions import Parsed, Surroundings, parsed, resolved, surroundings
from indicators.queries.preview import Asked, Preview, preview
from indicators.services.definitions import FIELDS, Definition, next_position, state_of
from schools.models import Municipality
from schools.periods import Period, PeriodKind

UNITS = dict(Indicator.Unit.choices)
EMPTY: Draft = {"type": "exam_share", "measures": ["passed"], "among": "participants"}
SAVE = "save"


class Workbench:
    """Made from an example, from an indicator, or from what was sent; `indicator` is None for a new one."""

    def __init__(
        self,
        *,
        user: Any,
        municipality: Municipality,
        school_year: int,
        indicator: Indicator | None = None,
        example: Example | None = None,
        sent: QueryDict | None = None,
        pressed: str = "",
    ) -> None:
        self.user, self.municipality, self.school_year, self.indicator = user, municipality, school_year, indicator
        self.around: Surroundings = surroundings(user=user, municipality=municipality, indicator=indicator)
        self.sent, self.problems = sent, list[Problem]()
        self.units_before, self.unit_note = tuple[str, ...](), ""
        self.pressed = pressed  # the button: «save», «add:formula.part»; "" when only looking
        self.wants_to_save = sent is not None and pressed == SAVE
        self.seen = state_of(indicator) if indicator else ""
        if sent is not None:
            self.units_before = fitting_units(draft_from(dict(sent.lists()), "formula"))
            self.formula, self.population = self._drafts_sent(dict(sent.lists()))
        elif indicator is not None:
            self.formula, self.population = draft_of(indicator.formula), draft_of(indicator.population)
        else:
            self.formula, self.population = (example.formula if example else EMPTY), {"type": "all"}
        self.passport = self._passport_form(example)
        self.revision = self._revision_form() if indicator else None

    # --- What was sent

    def _drafts_sent(self, fields: dict[str, list[str]]) -> tuple[Draft, Draft]:
        formula = draft_from(fields, "formula")
        for path, kind in list(asked_kinds(fields, formula, "formula")):
            formula = _pressed(lambda draft, path=path, kind=kind: retyped(draft, path, kind), formula)
        verb, _, path = self.pressed.partition(":")
        press = {"add": with_part_more, "remove": without_part}.get(verb)
        if press is not None and path.startswith("formula"):
            formula = _pressed(lambda draft: press(draft, path), formula)
        # A population is made anew of its fields: unlike parts of a formula it may become any other.
        return formula, draft_from({**fields, "population.was": []}, "population")

    def _passport_form(self, example: Example | None) -> PassportForm:
        instance = self.indicator or Indicator(
            municipality=self.municipality,
            period_kind=self.municipality.period_kind,
            position=next_position(self.municipality),
            code=self._free_code(),
            **(example.fields if example else {}),
        )
        if self.sent is None:
            return PassportForm(instance=instance)
        if self.wants_to_save:
            return PassportForm(self.sent, instance=instance)
        blank = PassportForm(instance=instance)
        form = PassportForm(instance=instance, initial=_typed(blank, self.sent) | self._unit_of_new_kind())
        form.fields["unit"].help_text = self.unit_note
        return form

    def _unit_of_new_kind(self) -> dict[str, str]:
        """Another kind of value mostly takes another unit, and the page says so. What a person chose for the kind that
        is there stays, whether it fits or not: they are told."""
        units, unit = fitting_units(self.formula), self._unit_sent
        if not units or unit in units or set(units) == set(self.units_before):
            return {}
        new, old = UNITS[units[0]], UNITS.get(unit, unit)
        self.unit_note = f"Единица изменена на «{new}»: «{old}» к тому, что теперь считается, не подходит."
        return {"unit": units[0]}

    @property
    def _unit_sent(self) -> str:
        return str((self.sent or {}).get("unit", ""))

    def _revision_form(self) -> RevisionForm:
        assert self.indicator is not None
        kind, measured_on = self.indicator.period_kind, self.indicator.measured_on
        periods = periods_to_choose(kind, self.school_year, measured_on)
        if self.sent is None:
            return RevisionForm(periods=periods, initial={"seen": self.seen})
        if self.wants_to_save:
            return RevisionForm(self.sent, periods=periods)
        return RevisionForm(periods=periods, initial=_typed(RevisionForm(periods=periods), self.sent))

    def _free_code(self) -> str:
        taken = {other.code for other in self.around.indicators}
        return next(code for number in range(1, len(taken) + 2) if (code := f"p{number}") not in taken)

    # --- What it means

    @cached_property
    def read(self) -> Parsed:
        return parsed(json_of(self.formula), json_of(self.population), self.around)

    @cached_property
    def missing(self) -> list[Problem]:
        """What is still to be filled in before it means anything."""
        return self._at_fields(self.read.problems)

    @property
    def missing_in_words(self) -> list[str]:
        drafts = {"formula": self.formula, "population": self.population}
        return [f"{place_in_words(problem.path, drafts)}: {problem.message}" for problem in self.missing]

    @property
    def doubts(self) -> list[str]:
        """What nobody but this person can tell of a formula that is complete."""
        return [problem.message for problem in self._at_fields(self.read.doubts)]

    @cached_property
    def unit_misfit(self) -> str:
        """Why the unit cannot be saved with this formula; "" where it can, or nobody knows yet."""
        formula = resolved(self.read.formula, self.around) if self.read.formula else None
        unit = self._said("unit")
        if formula is None or unit not in UNITS:
            return ""
        return next((problem.message for problem in self._at_fields(check_unit(formula, unit, "unit"))), "")

    @cached_property
    def preview(self) -> Preview | None:
        """None until formula and population are complete."""
        if self.read.formula is None or self.read.population is None:
            return None
        kind = self._said("period_kind")
        asked = Asked(
            formula=self.read.formula,
            population=self.read.population,
            unit=self._said("unit"),
            period_kind=PeriodKind(kind) if kind in list(PeriodKind) else PeriodKind(self.municipality.period_kind),
            school_year=self.school_year,
            dates=self._dates(),
        )
        return preview(user=self.user, around=self.around, asked=asked)

    def _dates(self) -> tuple[Period, ...]:
        typed = self._said("measured_on")
        try:
            codes = typed if isinstance(typed, list) else self.passport.fields["measured_on"].to_python(typed)
        except ValidationError:  # which the field itself tells when the page is saved
            return ()
        return tuple(sorted(map(Period.parse, codes)))

    def _said(self, name: str) -> Any:
        if self.sent is not None and name in self.sent and (name != "unit" or self.wants_to_save):
            return self.sent[name]
        return self.passport.get_initial_for_field(self.passport.fields[name], name)

    # --- Saving

    def is_valid(self) -> bool:
        """Both forms and both drafts, so that every problem shows at once."""
        self.problems = self.missing
        forms = [form.is_valid() for form in (self.passport, self.revision) if form is not None]
        if self.unit_misfit:
            self.passport.add_error("unit", self.unit_misfit)
            return False
        return all(forms) and not self.problems

    def definition(self) -> Definition:
        """Of a valid page, formula and population as the catalogue keeps them: with every default said."""
        said = self.passport.cleaned_data
        assert self.read.formula is not None
        assert self.read.population is not None
        names = FIELDS if self.indicator else (*FIELDS, "code")
        return Definition(
            fields={name: said[name] for name in names},
            formula=to_json(self.read.formula),
            population=population_to_json(self.read.population),
        )

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show what the service found, each at its field."""
        for problem in self._at_fields(problems):
            if problem.path in self.passport.fields:
                self.passport.add_error(problem.path, problem.message)
            elif self.revision is not None and problem.path in self.revision.fields:
                self.revision.add_error(problem.path, problem.message)
            else:
                self.problems.append(problem)

    def take_seen(self, state: str) -> None:
        """From now on saving goes over what is stored at present."""
        if self.revision is not None and self.sent is not None:
            self.revision.data = self.revision.data.copy()
            self.revision.data["seen"] = state

    def _at_fields(self, problems: Iterable[Problem]) -> list[Problem]:
        vocabulary = self.around.vocabulary
        names = {**(vocabulary.statistics or {}), **(vocabulary.indicators or {})}
        if self.around.code:
            names[self.around.code] = self.around.name
        return at_fields(problems, {"formula": self.formula, "population": self.population}, names)

    # --- Drawing

    @cached_property
    def choices(self) -> Choices:
        vocabulary, municipal = self.around.vocabulary, self.around.municipal_codes
        return Choices(
            categories=list((vocabulary.categories or {}).items()),
            statistics=[
                (kind.code, f"{kind.name} — одно на муниципалитет" if kind.code in municipal else kind.name)
                for kind in self.around.kinds
            ],
            indicators=[(other.code, f"{other.short_name} ({other.code})") for other in self.around.indicators],
            schools=[(code, school.name) for code, school in self.around.school_codes.items() if code],
        )

    @property
    def formula_view(self) -> NodeView:
        return formula_view(self.formula, self.choices, Said.of(self.problems))

    @property
    def population_view(self) -> NodeView:
        return population_view(self.population, self.choices, Said.of(self.problems))

    @property
    def is_refused(self) -> bool:
        has_errors = any(form.errors for form in (self.passport, self.revision) if form is not None and form.is_bound)
        return self.wants_to_save and (has_errors or bool(self.problems))

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """All that is wrong, in the order of the page: where to go, what the field is called, what to do."""
        said = []
        for form in (self.passport, self.revision):
            if form is not None and form.is_bound:
                for name, errors in form.errors.items():
                    label = form.fields[name].label if name in form.fields else ""
                    said += [(form[name].id_for_label if name in form.fields else "", label, error) for error in errors]
        drafts = {"formula": self.formula, "population": self.population}
        placed = [(f"id_{one.path}", place_in_words(one.path, drafts), one.message) for one in self.problems]
        return placed + said


def _pressed(press: Any, draft: Draft) -> Draft:
    """A button of a page that has changed since does nothing."""
    try:
        return press(draft)
    except KeyError:
        return draft


def _typed(form: Any, sent: QueryDict) -> Mapping[str, Any]:
    """What stood in the fields of a form that is not being saved."""
    return {
        name: field.widget.value_from_datadict(sent, {}, form.add_prefix(name))
        for name, field in form.fields.items()
        if not field.widget.value_omitted_from_data(sent, {}, form.add_prefix(name))
    }
