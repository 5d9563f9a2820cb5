"""Who helps whom in methodical work: teachers, the pool of mentors, pairings."""

from mentoring.models.pairings import Pairing, PairingChange, PairingQuerySet
from mentoring.models.people import Mentor, Teacher

__all__ = ["Mentor", "Pairing", "PairingChange", "PairingQuerySet", "Teacher"]
