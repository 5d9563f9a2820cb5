"""What is written to the log during a test."""

import io
import json
import logging

import pytest

from config.logs import logging_settings


@pytest.fixture
def lines():
    """What is written to the log during a test, read back from JSON."""
    written = io.StringIO()
    said = logging_settings(level="INFO", as_json=True)
    formatter = said["formatters"]["line"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter.pop("()")(**formatter))
    for name in said["handlers"]["stderr"]["filters"]:
        handler.addFilter(said["filters"][name]["()"]())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
