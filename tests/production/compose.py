"""What docker-compose.yml says, as a test can ask it."""

import re
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OTHERS = {"postgres", "redis", "nginx"}  # services that run somebody else's image
VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z_]+)(?::-(?P<default>[^}]*)|:\?[^}]*)?\}")


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services that run the portal's image."""
    return {name: service for name, service in services().items() if name not in OTHERS}


def workers() -> dict[str, set[str]]:
    """Which queues each worker takes work from."""
    queues = {name: option(service["command"], "--queues") for name, service in ours().items()}
    return {name: set(given.split(",")) for name, given in queues.items() if given}


def option(command: list[str], name: str) -> str:
    """An option's value as it stands in a command, "" without it."""
    return next((part.removeprefix(f"{name}=") for part in command if part.startswith(f"{name}=")), "")


def filled_in(text: str, values: dict[str, str]) -> str:
    """A text with its variables put in, as compose does."""
    return VARIABLE.sub(lambda found: values.get(found["name"]) or found["default"] or "", str(text))
