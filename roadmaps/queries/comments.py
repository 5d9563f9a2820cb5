"""What people say about a row, whom they ask to read it, and who may be asked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.models import Membership, User
from roadmaps.models import Activity, Comment
from schools.models import Municipality

READERS = [role.value for role, held in ROLE_PERMISSIONS.items() if Permission.PLANS_VIEW in held]
LOGIN = re.compile(r"(?<![\w.@+-])@([\w.@+-]+)")  # not within an address of mail


@dataclass(frozen=True)
class Person:
    """Somebody who sees the row."""

    user: User
    role: str


@dataclass(frozen=True)
class Part:
    """Of a comment: a stretch of its text, or the name of somebody who is asked to read it."""

    text: str
    is_person: bool = False


@dataclass(frozen=True)
class CommentShown:
    comment: Comment
    parts: tuple[Part, ...]
    others: tuple[str, ...]  # asked without being named in the text


def people_who_see(activity: Activity) -> list[Person]:
    """By name; of a school's own plan only people of the school and of the whole municipality."""
    roadmap = activity.roadmap
    held = Membership.objects.filter(municipality=roadmap.municipality_id, role__in=READERS, user__is_active=True)
    if roadmap.school is not None:
        held = held.filter(Q(school=None) | Q(school__in=[roadmap.school_id, roadmap.school.parent_id]))
    found = {one.user_id: Person(one.user, one.role_label) for one in held.select_related("user").order_by("-pk")}
    return sorted(found.values(), key=lambda person: (str(person.user).casefold(), person.user.pk))


def named_in(text: str, people: Iterable[Person]) -> list[User]:
    """Those whose login stands in the text after «@»."""
    by_login = {person.user.username.casefold(): person.user for person in people}
    found = [_of(match[1], by_login)[0] for match in LOGIN.finditer(text)]
    return list(dict.fromkeys(user for user in found if user is not None))


def _of(said: str, by_login: dict[str, User]) -> tuple[User | None, str]:
    """Whose login this is, and what of it was only the sentence's punctuation."""
    login = said.rstrip(".-+@")
    return by_login.get(said.casefold()) or by_login.get(login.casefold()), said[len(login) :]


def comments_of(user: Any, activity: Activity) -> list[CommentShown]:
    """In two queries; logins are shown as the names of those who were asked."""
    comments = Comment.objects.visible_to(user).filter(activity=activity)
    return [_shown(comment) for comment in comments.select_related("author").prefetch_related("mentions")]


def _shown(comment: Comment) -> CommentShown:
    asked = list(comment.mentions.all())
    parts, named = parts_of(comment.text, asked)
    others = tuple(sorted(str(user) for user in asked if user not in named))
    return CommentShown(comment, parts, others)


def parts_of(text: str, asked: Iterable[User]) -> tuple[tuple[Part, ...], set[User]]:
    """The text with the names of those who were asked where it has their logins, and who they are."""
    by_login = {user.username.casefold(): user for user in asked}
    parts: list[Part] = []
    named, end = set(), 0
    for match in LOGIN.finditer(text):
        user, tail = _of(match[1], by_login)
        if user is not None:
            parts += [Part(text[end : match.start()]), Part(str(user), is_person=True)]
            named.add(user)
            end = match.end() - (0 if match[1].casefold() == user.username.casefold() else len(tail))
    parts.append(Part(text[end:]))
    return tuple(part for part in parts if part.text), named


def mentions_of(user: Any, municipality: Municipality | None = None) -> QuerySet[Comment]:
    """Comments that ask this person to read them, the latest first, until they answer on the same row."""
    answers = Comment.objects.filter(activity=OuterRef("activity"), author=user.pk, at__gt=OuterRef("at"))
    found = Comment.objects.visible_to(user).filter(~Exists(answers), mentions=user.pk, activity__removed_at=None)
    if municipality is not None:
        found = found.filter(activity__roadmap__municipality=municipality)
    return found.select_related("author", "activity__roadmap").order_by("-at", "-pk")
