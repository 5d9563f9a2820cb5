"""What an expert and those who keep plans do with the round of the fixture `judged`."""

import datetime as dt

from roadmaps.models import Review
from roadmaps.services import expertise as services
from roadmaps.services.expertise import Assessment

DUE = dt.date(2022, 3, 31)


def assign(town, expert, *programmes, by=None, expertise=None, origin="institute"):
    return services.assign(
        expertise=expertise or town.round, programmes=programmes, expert=expert, origin=origin, organisation="ИРО",
        by=by or town.methodist,
    )  # fmt: skip


def said(town, *marks, verdict="good", conclusion="Хорошо") -> Assessment:
    return Assessment({one.pk: mark for one, mark in zip(town.criteria, marks, strict=True)}, verdict, conclusion)


def write(town, *, by=None, told=None, submit=True, review=None):
    review = Review.objects.get(pk=(review or town.review).pk)
    return services.write_review(
        review=review, told=told or said(town, 2, 1), seen_version=review.version, submit=submit, by=by or town.expert
    )


def seen(review, by) -> dict:
    return {"review": review, "seen_version": review.version, "by": by}
