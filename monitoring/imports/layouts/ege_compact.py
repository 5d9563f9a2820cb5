"""ЕГЭ protocols in the compact form: «№ | Код ППЭ | Код ОО | Класс | Код ООП | … | № бланка | … | Первичный балл |
Итоговый балл».

For the base level of mathematics «Итоговый балл» is the mark, for everything else the test score.
"""

from monitoring.imports.layouts.gia_layout import GiaLayout, patterns

LAYOUT = GiaLayout(
    name="ege_compact",
    title="протокол ЕГЭ (краткая форма)",
    results={"final": "Итоговый балл", "test": "Тестовый балл", "mark": "Итоговая оценка"},
    signs=patterns(r"код участника", r"№ ?бланка", r"код ооп", r"профиль", r"ответы в краткой форме", r"итоговый балл"),
    needs_sign="столбец «Код участника», «№ бланка» или «Итоговый балл»",
)
