"""Who helps whom in methodical work: teachers, the pool of mentors, pairings, their plans."""

from mentoring.models.pairings import Pairing, PairingChange, PairingQuerySet
from mentoring.models.people import Mentor, Teacher
from mentoring.models.plans import PairingPlan, PairingStep

__all__ = ["Mentor", "Pairing", "PairingChange", "PairingPlan", "PairingQuerySet", "PairingStep", "Teacher"]
