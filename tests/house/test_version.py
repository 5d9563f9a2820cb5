"""The portal knows its version without its project file, which a container does not have."""

import tomllib

from django.conf import settings

import config


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    assert config.__version__ == project["version"]
