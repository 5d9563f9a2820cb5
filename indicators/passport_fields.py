"""What the fields of a passport are called, in the order in which people read them."""

PASSPORT_LABELS = {
    "wording": "Формулировка",
    "short_name": "Краткое название",
    "group": "Раздел",
    "unit": "Единица",
    "period_kind": "Период",
    "measured_on": "Даты измерения",
    "method": "Как считается",
    "source": "Источник данных",
    "collection": "Способ сбора",
    "reference_value": "Референтное значение",
    "reference_rule": "Правило сравнения",
    "rise_means": "Что означает рост",
    "fall_means": "Что означает снижение",
    "aims": "Цели программы",
    "author": "Автор",
    "reviewer": "Проверил",
    "reviewed_on": "Дата проверки",
    "sentence": "Фраза для записки",
    "sentence_all": "Фраза для записки, когда выполнили все",
}
DATES = frozenset({"measured_on", "reviewed_on"})  # codes of periods that are dates, and a date
