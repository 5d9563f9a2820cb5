"""What a kind of document is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reports.contents import Content
from reports.formats import Format
from reports.models import Report
from reports.tables import TableDocument
from schools.models import Municipality, School
from schools.wording import listed


class ReportRefused(Exception):
    """The document cannot be prepared; the text is for people and says what to do."""


@dataclass(frozen=True)
class DocumentKind:
    code: Report.Kind
    build: Callable[..., Content]  # municipality, period, and school where the kind takes one; may refuse
    periods: Callable[[Municipality], list[str]]
    formats: tuple[Format, ...]
    hint: str  # a sentence for those who choose
    content: type[Content] = TableDocument
    is_about_school: bool = False
    may_be_about_school: bool = False  # of the municipality where no school is chosen

    @property
    def title(self) -> str:
        return str(self.code.label)

    def freeze(self, *, municipality: Municipality, period: str, school: School | None = None) -> Content:
        """What the document says, as of now; ReportRefused where there is nothing to say."""
        if self.may_be_about_school:
            return self.build(municipality=municipality, period=period, school=school)
        if not self.is_about_school:
            return self.build(municipality=municipality, period=period)
        if school is None:
            raise ReportRefused(f"{self.title} составляется о школе: выберите школу.")
        return self.build(municipality=municipality, period=period, school=school)

    @property
    def takes_school(self) -> bool:
        return self.is_about_school or self.may_be_about_school

    def read(self, snapshot: dict[str, Any]) -> Content:
        return self.content.from_json(snapshot)

    @property
    def format_labels(self) -> str:
        """«PDF, XLSX»."""
        return ", ".join(one.label for one in self.formats)

    def formats_in_words(self) -> str:
        return listed(self.formats, last="или")
