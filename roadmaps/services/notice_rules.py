"""What a department decides about notices: their words, the clock, and which events are told of."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from roadmaps.models import NoticeRules, NoticeTemplate
from roadmaps.notices.kinds import Kind
from roadmaps.notices.words import STANDARD, Words
from schools.models import Municipality


class RulesChanged(Exception):
    """Somebody else has changed it since the person looked; the text is for people."""


def write_words(*, municipality: Municipality, kind: Kind, words: Words, seen_version: int, by: User) -> None:
    """The words of a kind in a municipality; the standard ones again leave no words of its own. Version 0 is that of
    the standard words. Raises RulesChanged."""
    with transaction.atomic():
        Municipality.objects.lock(municipality.pk)
        kept = NoticeTemplate.objects.filter(municipality=municipality, kind=kind.value).first()
        _refuse_unseen(kept.version if kept else 0, seen_version, kept.edited_by if kept else None)
        if words == STANDARD[kind]:
            if kept:
                kept.delete()
        else:
            kept = kept or NoticeTemplate(municipality=municipality, kind=kind.value, version=0)
            kept.subject, kept.text, kept.version = words.subject, words.text, kept.version + 1
            kept.edited_at, kept.edited_by = timezone.now(), by
            kept.save()
        audit("notice_words_changed", municipality, by=by, municipality_id=municipality.pk, kind=kind.value)


def decide(*, municipality: Municipality, time_zone: str, event_days: int, seen_version: int, by: User) -> None:
    """By whose clock people are written to, and how many days before its rows begin schools are told (0: they are not).
    Raises RulesChanged."""
    with transaction.atomic():
        Municipality.objects.lock(municipality.pk)
        rules, _ = NoticeRules.objects.get_or_create(municipality=municipality)
        _refuse_unseen(rules.version, seen_version, None)
        rules.event_days, rules.version = event_days, rules.version + 1
        rules.save(update_fields=["event_days", "version"])
        municipality.time_zone = time_zone
        municipality.save(update_fields=["time_zone"])
        told = {"time_zone": time_zone, "event_days": event_days}
        audit("notice_rules_changed", municipality, by=by, municipality_id=municipality.pk, **told)


def _refuse_unseen(version: int, seen: int, who: User | None) -> None:
    if version != seen:
        raise RulesChanged(
            f"Пока вы писали, это изменили ({who or 'другой человек'}). Ваши слова остались в форме: сравните их с "
            "сохранёнными и сохраните ещё раз, если нужны они."
        )
