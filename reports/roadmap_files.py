"""Draws roadmaps as Word documents and workbooks. Only the worker and the commands need it."""

from reports.roadmaps import PrintedRoadmap, RoadmapDocument, as_printed
from roadmaps.plans.writing import Frame, write_docx_of, write_xlsx_of


def roadmap_docx(document: RoadmapDocument) -> bytes:
    """As the document prints them."""
    return write_docx_of([(as_printed(one.plan), _frame(document, one)) for one in document.roadmaps])


def roadmap_xlsx(document: RoadmapDocument) -> bytes:
    """All that the portal knows of the rows, planned values in a column of their own: it is brought in unchanged."""
    return write_xlsx_of([(one.plan, _frame(document, one)) for one in document.roadmaps])


def _frame(document: RoadmapDocument, roadmap: PrintedRoadmap) -> Frame:
    return Frame(
        approval=roadmap.approval,
        under_title=(f"{document.school or document.municipality}, {roadmap.term}",),
        author=document.department,
        is_demo=document.is_demo,
    )
