"""What people say about a row."""

from accounts.models import User
from roadmaps.models import Activity, Comment


def say(*, activity: Activity, text: str, by: User) -> Comment:
    return Comment.objects.create(activity=activity, author=by, text=text.strip())
