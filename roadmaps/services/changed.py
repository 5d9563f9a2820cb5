"""Somebody else was faster: what services raise where the person has seen another version than is stored."""

COMPARE = "Ваш текст остался в форме: сравните с тем, что сохранено сейчас, и сохраните ещё раз, если нужен ваш."


class ChangedSince(Exception):
    """Nothing is changed; the text is for people."""
