"""What the texts of notices say of the things they are about: plain JSON, kept with the notice."""

from typing import Any

from roadmaps.models import Activity, Assignment, Occurrence, Review
from roadmaps.notices.words import shortened
from schools.models import Municipality, School

LONGEST_TASK = 400  # of its words; the label of what recurs follows
NO_DAY = "не назван"


def facts_of(occurrence: Occurrence, school: School | None) -> dict[str, Any]:
    """What a text may say of something that is due, and of who reports on it. The row comes with its roadmap and
    municipality."""
    return facts_of_row(occurrence.activity) | {
        "label": occurrence.label,
        "starts": occurrence.starts_on.isoformat(),
        "due": occurrence.due_on.isoformat(),
        "place": _place(school, occurrence.activity.roadmap.municipality),
    }


def facts_of_row(activity: Activity) -> dict[str, Any]:
    return {"number": activity.number, "title": activity.title, "roadmap": activity.roadmap.title}


def facts_of_assignment(assignment: Assignment, times: int = 1) -> dict[str, Any]:
    """It comes with its school and what it is an assignment of. `times` are told where it is the first of several."""
    text = shortened(" ".join(assignment.task_text.split()), LONGEST_TASK)
    when = ", ".join(filter(None, [assignment.label, f"всего таких сроков: {times}" if times > 1 else ""]))
    return {
        "number": assignment.point.number if assignment.point else "",
        "title": f"{text} ({when})" if when else text,
        "due": assignment.due_on.isoformat() if assignment.due_on else "",
        "deadline": assignment.deadline or NO_DAY,
        "place": assignment.who,
        "source": shortened(assignment.from_what, LONGEST_TASK),
    }


def facts_of_review(review: Review) -> dict[str, Any]:
    """It comes with its round, whose municipality is known, and its programme."""
    programme, expertise = review.programme, review.expertise
    return {
        "title": programme.title,
        "due": expertise.due_on.isoformat(),
        "place": _place(programme.school, expertise.municipality),
        "round": expertise.title,
    }


def _place(school: School | None, municipality: Municipality) -> str:
    return school.name if school else municipality.department_name or municipality.name
