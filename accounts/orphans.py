"""Stored files that no row names: whoever was to make the row died before."""

from collections.abc import Collection
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone


def sweep(folder: str, named: Collection[str]) -> int:
    """Delete the files of a folder of the storage that are not named, but for those of the last day, which may wait for
    their row. Returns how many."""
    if not default_storage.exists(folder):
        return 0
    a_day_ago = timezone.now() - timedelta(days=1)
    orphans = [
        place
        for place in (f"{folder}/{file}" for file in default_storage.listdir(folder)[1])
        if place not in named and default_storage.get_modified_time(place) < a_day_ago
    ]
    for place in orphans:
        default_storage.delete(place)
    return len(orphans)
