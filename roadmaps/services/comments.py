"""What people say about a row, and whom they ask to read it."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from roadmaps.models import Activity, Comment
from roadmaps.queries.comments import named_in, people_who_see
from roadmaps.telling import mentioned, tell


@transaction.atomic
def say(*, activity: Activity, text: str, by: User, asked: Iterable[int] = ()) -> Comment:
    """Keep a comment. Those whose login it names after «@», and those whose keys are `asked`, are told of it, as far as
    they see the row; nobody is told of their own words."""
    comment = Comment.objects.create(activity=activity, author=by, text=text.strip())
    people, keys = people_who_see(activity), set(asked)
    called = [*named_in(comment.text, people), *(person.user for person in people if person.user.pk in keys)]
    called = [user for user in dict.fromkeys(called) if user != by]
    comment.mentions.set(called)
    tell((user, mentioned(comment)) for user in called)
    return comment
