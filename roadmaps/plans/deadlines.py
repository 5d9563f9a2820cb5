"""What a deadline as written means, when its row is due, how it moves to another year: all of it under one name."""

from roadmaps.plans.deadline import Deadline, Every, Kind, Precision, moved, moved_text
from roadmaps.plans.deadline_reader import read_deadline
from roadmaps.plans.deadline_words import in_words
from roadmaps.plans.occurrences import Due, occurrences, outside

__all__ = [
    "Deadline",
    "Due",
    "Every",
    "Kind",
    "Precision",
    "in_words",
    "moved",
    "moved_text",
    "occurrences",
    "outside",
    "read_deadline",
]
