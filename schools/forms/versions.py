"""What a form says when somebody else was faster."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

Difference = tuple[str, str]  # where, and the words that are stored


def show_version(form: forms.BaseForm, version: int, **fields: str) -> None:
    """What the person sees from now on, with all that was typed but these fields; the next sending is about this."""
    data = form.data.copy()  # of a MultiValueDict, whose `|` would make lists of all that was typed
    for name, value in {"version": str(version), **fields}.items():
        data[name] = value
    form.data = data


def differences(form: forms.BaseForm, stored: Any, names: Iterable[str]) -> list[Difference]:
    """What is stored now where somebody has typed something else."""
    changed = (name for name in names if form.cleaned_data.get(name) != getattr(stored, name))
    return [(str(form.fields[name].label), _words(stored, name)) for name in changed]


def _words(stored: Any, name: str) -> str:
    if choice := getattr(stored, f"get_{name}_display", None):
        return str(choice())
    value = getattr(stored, name)
    return f"{value:%d.%m.%Y}" if isinstance(value, dt.date) else str(value or "пусто")
