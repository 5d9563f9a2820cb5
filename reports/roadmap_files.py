"""Draws roadmaps as Word documents and workbooks. Only the worker and the commands need it."""

from reports.roadmaps import PrintedRoadmap, RoadmapDocument
from roadmaps.plans.writing import Frame, write_docx_of, write_xlsx_of


def roadmap_docx(document: RoadmapDocument) -> bytes:
    """As the document prints them; planned values that it has within the expected results are marked there."""
    return write_docx_of([(one.plan, _frame(document, one)) for one in document.roadmaps])


def roadmap_xlsx(document: RoadmapDocument) -> bytes:
    """The same; a workbook cannot mark words, so it repeats them in a column."""
    return write_xlsx_of([(one.plan, _frame(document, one)) for one in document.roadmaps])


def _frame(document: RoadmapDocument, roadmap: PrintedRoadmap) -> Frame:
    return Frame(
        approval=roadmap.approval,
        under_title=(f"{document.school or document.municipality}, {roadmap.term}",),
        author=document.department,
        is_demo=document.is_demo,
    )
