"""All layouts there are. A new one is one new module and one line here; of equal fits the earlier one wins."""

from monitoring.imports.layouts import (
    collection_form,
    ege_compact,
    ege_region,
    ege_sparse,
    fisoko_journal,
    fisoko_marks,
    fisoko_pupils,
    fisoko_scores,
    gia_csv,
    levels,
    oge_protocol,
    vpr_2020,
    vpr_2021,
    vpr_2022,
    vpr_flat,
)
from monitoring.imports.layouts.base import Fit, Layout, Reading

LAYOUTS: tuple[Layout, ...] = (
    fisoko_marks.LAYOUT,
    fisoko_journal.LAYOUT,
    fisoko_scores.LAYOUT,
    fisoko_pupils.LAYOUT,
    vpr_2022.LAYOUT,
    vpr_2021.LAYOUT,
    vpr_2020.LAYOUT,
    gia_csv.LAYOUT,
    ege_region.LAYOUT,
    ege_compact.LAYOUT,
    ege_sparse.LAYOUT,
    oge_protocol.LAYOUT,
    levels.LAYOUT,
    vpr_flat.LAYOUT,
    collection_form.LAYOUT,
)

__all__ = ["LAYOUTS", "Fit", "Layout", "Reading"]
