"""What a form says when somebody else was faster."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from schools.wording import number

Difference = tuple[str, str]  # where, and the words that are stored


def show_version(form: forms.BaseForm, version: int | str, **fields: str) -> None:
    """What the person sees from now on, with all that was typed but these fields; the next sending is about this."""
    data = form.data.copy()  # of a MultiValueDict, whose `|` would make lists of all that was typed
    for name, value in {"version": str(version), **fields}.items():
        data[name] = value
    form.data = data


def differences(form: forms.BaseForm, stored: Any, names: Iterable[str]) -> list[Difference]:
    """What is stored now where somebody has typed something else."""
    typed = form.cleaned_data
    changed = (name for name in names if _compared(typed.get(name)) != _compared(getattr(stored, name)))
    return [(str(form.fields[name].label), _words(stored, name)) for name in changed]


def _words(stored: Any, name: str) -> str:
    if choice := getattr(stored, f"get_{name}_display", None):
        return str(choice())
    value = getattr(stored, name)
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return number(value, 2)
    return "; ".join(map(str, value.all())) or "пусто" if hasattr(value, "all") else str(value or "пусто")


def _compared(value: Any) -> Any:
    """Of rows chosen, whichever way they come, which they are; anything else as it is."""
    return set(value.all()) if hasattr(value, "all") else value
