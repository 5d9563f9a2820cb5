"""Letters to people about their accounts."""

import logging
from collections.abc import Callable
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Membership, User

logger = logging.getLogger(__name__)

SECONDS_IN_A_DAY = 86400


class LetterNotSent(Exception):
    """The mail server did not take it; it can be sent again."""


def send_invitation(*, membership: Membership, absolute: Callable[[str], str]) -> None:
    """Tell somebody about their role, with a link to set a password when they have none yet.

    `absolute` makes an address of the portal out of a path.
    """
    user = membership.user
    context = {
        "membership": membership,
        "user": user,
        "portal": absolute("/"),
        "link": "" if user.has_usable_password() else absolute(set_password_path(user)),
        "days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_IN_A_DAY,
    }
    subject = render_to_string("accounts/email/invitation_subject.txt", context).strip()
    text = render_to_string("accounts/email/invitation_message.txt", context)
    try:
        send_mail(subject, text, from_email=None, recipient_list=[user.email])
    except (SMTPException, OSError) as error:
        logger.warning("invitation %s was not sent: %s", membership.pk, type(error).__name__)
        raise LetterNotSent from None


def set_password_path(user: User) -> str:
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
