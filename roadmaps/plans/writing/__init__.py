"""Writes a plan as a Word document or a workbook that `roadmaps.plans.reading` brings in unchanged.

The same plan gives the same bytes: nothing here reads a clock.
"""

from roadmaps.plans.writing.layout import Frame
from roadmaps.plans.writing.spreadsheet import write_xlsx, write_xlsx_of
from roadmaps.plans.writing.word import write_docx, write_docx_of

__all__ = ["Frame", "write_docx", "write_docx_of", "write_xlsx", "write_xlsx_of"]
