"""ОГЭ (and ГВЭ) protocols of РЦОИ: «№ | Код ОО | Класс | … | Первичный балл | Оценка».

The regional form has merged, so empty, columns between the real ones; the dense form adds «Серия | Номер»; after
appeals the result stands in two header rows under «Текущие», with the exam in a column. Several exams may be stacked
in one sheet.
"""

from monitoring.imports.layouts.gia_layout import GiaLayout, patterns

LAYOUT = GiaLayout(
    name="oge_protocol",
    title="протокол ОГЭ",
    results={"mark": "Оценка", "primary": "Первичный балл"},
    signs=patterns(r"оценка|отметка", r"серия", r"состояние апелляции"),
)
