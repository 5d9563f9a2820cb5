"""A letter with one or several notices, as plain text and as simple HTML."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from roadmaps.models import Notice
from roadmaps.notices.kinds import Kind
from roadmaps.unsubscribing import unsubscribe_path
from schools.models import Municipality
from schools.wording import counted

TOLD_IN_FULL = 30  # notices of a letter; the portal tells the others


def absolute(path: str) -> str:
    """The address of a page, as people open it from their mail."""
    return settings.PORTAL_URL + path


def compose(user: User, municipality: Municipality, notices: Sequence[Notice]) -> EmailMultiAlternatives:
    """To one person, of one municipality. Nothing in it is markup but what stands in the template."""
    first = notices[0]
    several = counted(len(notices), "уведомление,уведомления,уведомлений").replace("\u00a0", " ")
    subject = first.subject if len(notices) == 1 else f"{several}, {municipality.name}"
    unsubscribe = absolute(unsubscribe_path(user.pk, [Kind(notice.kind) for notice in notices]))
    context = {
        "user": user,
        "municipality": municipality,
        "notices": [
            (notice, absolute(reverse("roadmaps:notice", args=[notice.pk]))) for notice in notices[:TOLD_IN_FULL]
        ],
        "left": len(notices[TOLD_IN_FULL:]),
        "all_link": absolute(reverse("roadmaps:notices")),
        "settings_link": absolute(reverse("roadmaps:notice_settings")),
        "unsubscribe_link": unsubscribe,
    }
    message = EmailMultiAlternatives(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
        body=render_to_string("roadmaps/email/notices.txt", context),
        to=[user.email],
        headers={"List-Unsubscribe": f"<{unsubscribe}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("roadmaps/email/notices.html", context), "text/html")
    return message
