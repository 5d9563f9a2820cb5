"""What a form page says when a service refuses."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied

from roadmaps.services.changed import ChangedSince
from schools.forms.versions import Difference, show_version


class MovedOn(PermissionDenied):
    """What the person was about to do would be theirs to do, but what it is done with has moved on since: the text says
    what it is now, `back` is the page to look at instead, and `typed` the forms that were sent, which keep what was
    typed on the screen. `config.moved_on` answers with it."""

    def __init__(self, text: str, back: Any, typed: Iterable[forms.BaseForm] = ()) -> None:
        super().__init__(text)
        self.text, self.back, self.typed = text, back, list(typed)


def say_refusal(
    form: forms.BaseForm, refusal: Exception, found: Any, differences: Callable[[], list[Difference]]
) -> list[Difference]:
    """The refusal stands at its field or over the form. Where somebody else was faster, what the form is about becomes
    as it is stored now, and what of it differs from what was typed is returned."""
    say_at_field(form, refusal)
    if found is None or not isinstance(refusal, ChangedSince):
        return []
    found.refresh_from_db()
    show_version(form, found.version)
    return differences()


def say_at_field(form: forms.BaseForm, refusal: Exception) -> None:
    """At the field that the refusal names, where the form has it; else over the form."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))
