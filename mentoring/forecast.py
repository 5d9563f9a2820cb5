"""How many hours of a subject a school will lack next year. Pure: no Django here.

The method is plain and said wherever its result is shown: as many hours are wanted as now, unless the school has said
otherwise; who leaves takes along the mean load of the subject, who comes takes the norm of one position. Nothing is
estimated from ages or trends: the portal knows neither birth dates nor who will move.
"""

from dataclasses import dataclass
from fractions import Fraction

HOURS_A_POSITION = 18  # a teacher's norm a week, order of the Ministry of Education of 22.12.2014 № 1601 and since


@dataclass(frozen=True)
class Hours:
    """Of one subject in a school, a week."""

    wanted: Fraction  # by the curriculum, all classes together
    covered: Fraction  # taught by teachers of the subject
    teachers: int
    leaving: int  # of them, by the next school year
    arriving: int
    wanted_next: Fraction | None = None  # next year's curriculum, where it is known

    @property
    def load(self) -> Fraction | None:
        """Hours a teacher; None without teachers."""
        return self.covered / self.teachers if self.teachers else None

    @property
    def lacking(self) -> Fraction:
        return max(self.wanted - self.covered, Fraction())

    @property
    def lacking_next(self) -> Fraction:
        wanted = self.wanted if self.wanted_next is None else self.wanted_next
        kept = self.covered - self.leaving * (self.load or 0) + self.arriving * HOURS_A_POSITION
        return max(wanted - kept, Fraction())


def positions(hours: Fraction) -> Fraction:
    """So many hours in positions of the norm."""
    return hours / HOURS_A_POSITION


def provision(covered: Fraction, wanted: Fraction) -> Fraction | None:
    """Per cent; None where nothing is wanted."""
    return covered * 100 / wanted if wanted else None
