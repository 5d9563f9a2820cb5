"""Up to which day records of the portal count."""

from django.db import models

from schools.models import Municipality


class CountedUpTo(models.Model):
    """The last day whose records count in the values of a municipality. It is stored, and not asked of the clock, so
    that a value can be worked out again; it moves only with a recompute, see `indicators.services.counting`."""

    municipality = models.OneToOneField(Municipality, models.CASCADE, related_name="counted_up_to")
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.day:%d.%m.%Y}"
