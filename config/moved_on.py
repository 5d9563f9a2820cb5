"""What people see who may not do something: that it is another role's, or that it is no longer to be done."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.defaults import permission_denied

from roadmaps.views.refusals import MovedOn


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of status 403. Who has typed something keeps it on the screen, others are led on."""
    if not isinstance(exception, MovedOn):
        return permission_denied(request, exception)
    typed = [form for form in exception.typed if _is_filled_in(form)]
    if not typed:
        messages.warning(request, exception.text)
        return redirect(exception.back)
    for field in (field for form in typed for field in form.fields.values()):
        field.widget.attrs["readonly"] = True  # to be copied, nothing is sent from here
    context = {"text": exception.text, "back": resolve_url(exception.back), "typed": typed}
    return render(request, "moved_on.html", context, status=409)


def _is_filled_in(form: forms.BaseForm) -> bool:
    return form.is_bound and any(field.value() for field in form.visible_fields())
