"""Every test of uploads begins with empty folders, whatever an earlier one left waiting there."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def empty_folders() -> None:
    for folder in (Path(settings.SPOOL_DIR), Path(settings.MEDIA_ROOT) / "sources"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
