"""Where a programme's data lie, see `fixtures/README.md`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

ROOT: Path = settings.BASE_DIR / "fixtures"
PROGRAMMES = ("megion", "vilyuysk", "nazarovo", "surgut", "armavir")


@dataclass(frozen=True)
class Fixtures:
    """The folder of one municipality."""

    slug: str

    @property
    def folder(self) -> Path:
        return ROOT / self.slug

    def has(self, name: str) -> bool:
        return (self.folder / f"{name}.json").is_file()

    def read(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def source(self, title: str) -> dict[str, str]:
        """What a figure says of where it came from."""
        return {"file": self.source_text(title)}

    def source_text(self, title: str) -> str:
        return f"Демонстрационные данные: {title}"


def portal_indicators() -> Any:
    """Passports of what is measured of the work in the portal itself, the same for all programmes."""
    return json.loads((ROOT / "portal.json").read_text(encoding="utf-8"))


def statistic_kinds() -> Any:
    """The numbers that schools report, the same for all programmes."""
    return json.loads((ROOT / "statistics.json").read_text(encoding="utf-8"))
