"""ЕГЭ protocols of РЦОИ from the report generator: «№ | | Код МСУ | | Код ОО | … | Первичный балл | | Тестовый
балл»."""

from monitoring.imports.layouts.gia_layout import GiaLayout

LAYOUT = GiaLayout(
    name="ege_sparse",
    title="протокол ЕГЭ",
    results={"test": "Тестовый балл"},
    signs=(r"тестовый балл", r"код мсу"),
)
