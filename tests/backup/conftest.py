"""Every test of backups has a folder of stored files of its own."""

import pytest


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def archive(tmp_path):
    """Where a test's backup goes."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "portal.zip"
