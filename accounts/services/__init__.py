"""What is done about people."""

from accounts.services.letters import LetterNotSent, send_invitation
from accounts.services.people import PersonRefused, create_user, end_membership, invite_person

__all__ = [
    "LetterNotSent",
    "PersonRefused",
    "create_user",
    "end_membership",
    "invite_person",
    "send_invitation",
]
