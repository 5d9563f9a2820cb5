"""Numbers as people write them: «30,5 %» is a percentage, and what is counted is whole.

Fields of text, for a browser's own field of numbers drops the comma that it does not expect: «4,5» would arrive as 45.
"""

import re
from decimal import Decimal
from typing import Any

from django import forms

_NUMBER = re.compile(r"[-−]?[0-9]+([.,][0-9]+)?")
_WHOLE = re.compile(r"[0-9]+")


def _plain(value: Any) -> str:
    return re.sub(r"\s", "", str(value if value is not None else ""))


def _bounds(least: Any, most: Any) -> str:
    """«от 0 до 100», «не меньше 0»; "" where there are none."""
    if least is not None and most is not None:
        return f" от {least} до {most}"
    return f" не меньше {least}" if least is not None else f" не больше {most}" if most is not None else ""


class NumberField(forms.DecimalField):
    """A number or a percentage, with a comma or a point, «%» behind it or not."""

    def __init__(self, *, least: int | None = None, most: int | None = None, **kwargs: Any) -> None:
        text = f"Впишите число{_bounds(least, most)}, например 30 или 30,5."
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), text)
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(min_value=least, max_value=most, widget=widget, error_messages=messages, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """«30,5»: as it is typed, without noughts at its end."""
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        text = _plain(value).removesuffix("%")
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(text.replace(",", ".").replace("−", "-"))


class WholeNumberField(forms.IntegerField):
    """How many there are: digits alone."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        text = f"Впишите целое число{_bounds(least, most)}, без дробной части."
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), text)
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(min_value=least, max_value=most, widget=widget, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(text)
