"""A region's ЕГЭ database: «Код предмета | Дата экзамена | Код ОУ | Наименование ОУ | … | Балл | Зачет».

Exams stand mixed in one table; «Зачет» is taken as printed, and 2 in it means "не преодолел".
"""

from monitoring.imports.layouts.gia_layout import GiaLayout, patterns

LAYOUT = GiaLayout(
    name="ege_region",
    title="региональная база ЕГЭ",
    results={"final": "Балл", "test": "Тестовый балл", "passed": "Зачет"},
    signs=patterns(r"код предмета", r"дата экзамена", r"зачет"),
    needs_sign="столбец «Код предмета»",
    needed={"subject_code": "Код предмета"},
    bonus=2,
)
