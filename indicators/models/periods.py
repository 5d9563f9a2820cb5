"""Periods as fields of models hold them."""

from django.core.exceptions import ValidationError

from schools.periods import Period


def validate_period(code: str) -> None:
    """A period is text of a known form, see `schools.periods`."""
    try:
        Period.parse(code)
    except ValueError as error:
        raise ValidationError(str(error)) from None
