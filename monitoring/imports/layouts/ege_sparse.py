"""ЕГЭ protocols of РЦОИ from the report generator: «№ | | Код МСУ | | Код ОО | … | Первичный балл | | Тестовый
балл»."""

from monitoring.imports.layouts.gia_layout import GiaLayout, patterns

LAYOUT = GiaLayout(
    name="ege_sparse",
    title="протокол ЕГЭ",
    results={"test": "Тестовый балл"},
    signs=patterns(r"тестовый балл", r"код мсу"),
)
