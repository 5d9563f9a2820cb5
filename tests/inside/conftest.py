"""What is written to the log during a test."""

import io
import json
import logging

import pytest

from config.logs import WithoutTaskError, logging_settings


@pytest.fixture
def lines():
    """What is written to the log during a test, read back from JSON."""
    written = io.StringIO()
    formatter = logging_settings(level="INFO", as_json=True)["formatters"]["line"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter.pop("()")(**formatter))
    handler.addFilter(WithoutTaskError())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
