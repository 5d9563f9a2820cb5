"""The normalised export of РИС ГИА: `SchoolCode;ClassCode;…;PrimaryMark;Mark100` (ЕГЭ) or `…;Mark5` (ОГЭ), CSV or a
workbook.

The content names neither subject nor date: the file's name does (`02_2021.06.01.csv`), else the person.
"""

from monitoring.imports.layouts.gia_layout import GiaLayout, patterns

LAYOUT = GiaLayout(
    name="gia_csv",
    title="выгрузка РИС ГИА (CSV)",
    results={"test": "Mark100", "mark": "Mark5"},
    signs=patterns(r"school ?code", r"primary ?mark", r"mark ?100", r"mark ?5"),
    needs_sign="столбец «SchoolCode»",
)
