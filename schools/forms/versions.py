"""What a form is about when somebody else was faster."""

from django import forms


def show_version(form: forms.BaseForm, version: int, **fields: str) -> None:
    """What the person sees from now on, with all that was typed but these fields; the next sending is about this."""
    data = form.data.copy()  # of a MultiValueDict, whose `|` would make lists of all that was typed
    for name, value in {"version": str(version), **fields}.items():
        data[name] = value
    form.data = data
