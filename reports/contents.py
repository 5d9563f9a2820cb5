"""What documents are made of, by the class of their frozen content: its template and the texts in it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from reports.note import note_context
from reports.roadmaps import RoadmapDocument, roadmap_context
from reports.snapshots import AnalyticalNote
from reports.table_layout import table_context
from reports.tables import TableDocument


class Content(Protocol):
    """A frozen document. The same content is the same file, whoever draws it and when."""

    @property
    def sha256(self) -> str: ...

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self: ...

    @staticmethod
    def contents_of(stored: dict[str, Any]) -> str:
        """What a kept document holds, in a word."""
        ...


@dataclass(frozen=True)
class Template:
    name: str  # templates/reports/documents/{name}.html is the document, _{name}.html what the page's preview shows
    context: Callable[[Any], dict[str, Any]]

    @property
    def document(self) -> str:
        return f"reports/documents/{self.name}.html"

    @property
    def preview(self) -> str:
        return f"reports/documents/_{self.name}.html"


TEMPLATES: dict[type, Template] = {
    AnalyticalNote: Template("analytical_note", note_context),
    RoadmapDocument: Template("roadmap", roadmap_context),
    TableDocument: Template("table_document", table_context),
}
