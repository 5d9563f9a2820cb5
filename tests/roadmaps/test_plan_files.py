"""Plans brought in from Word and Excel, as departments keep them."""

import datetime as dt

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook

from roadmaps.plans.columns import HEADS, field_of
from roadmaps.plans.reading import ERROR, WARNING, read_plan
from roadmaps.plans.rows import PlanRow
from roadmaps.plans.texts import clean, split_number, split_responsible
from roadmaps.plans.writing import write_docx, write_xlsx
from tests.roadmaps.plan_documents import (
    MEGION_HEADS,
    document_of,
    megion,
    number_by_list,
    part_of,
    saved,
    surgut,
    vilyuysk,
    with_part,
    workbook_of,
)

WRITERS = [write_docx, write_xlsx]
HEAD = ("№", "Мероприятие", "Срок", "Ответственные")


def shape(plan):
    return [(section.number, section.title, section.level, len(section.rows)) for section in plan.sections]


def messages(read, severity=None):
    return [f"{one.place}: {one.message}" for one in read.problems if severity in (None, one.severity)]


def read_rows(*rows, head=HEAD):
    return read_plan("план.docx", document_of([head, *rows]))


# Documents of the shapes that the programmes have


def test_the_plan_of_megion():
    read = read_plan("программа.docx", megion())
    plan = read.plan
    assert (read.source, read.others) == ("таблица 2", ())
    (of_planned,) = messages(read)  # nobody has said that «(100%) активны» is a planned value
    assert of_planned.startswith("таблица 2: В результате названы проценты")
    assert "плановое значение: 1.2 (строк: 1)" in of_planned
    assert plan.title == "План мероприятий по адресной поддержке школ"
    assert shape(plan) == [
        ("1.", "Управленческий (правовой) модуль", 1, 2),
        ("3.", "Информационно-методический модуль (развитие команд ШНОР)", 1, 2),
    ]
    assert plan.columns == tuple(
        zip(("number", "title", "responsible", "deadline", "expected"), MEGION_HEADS, strict=True)
    )
    assert plan.rows[0].responsible == ("ДОиМП г.Мегиона", "МКУ «ЦРО»")
    assert plan.rows[1].deadline == "постоянно, начиная с\nянваря 2021"
    assert plan.rows[2] == PlanRow(
        "Планы повышения квалификации", "2.7", ("МКУ «ЦРО»", "МАОУ «СОШ №2»"), expected="Обеспечено развитие"
    )
    assert plan.rows[3].number == "3.6."


def test_the_plan_of_vilyuysk_has_two_levels_and_rows_without_numbers():
    read = read_plan("план.docx", vilyuysk())
    assert shape(read.plan) == [
        ("1.", "Создание организационных условий и разработка обеспечения", 1, 2),
        ("", "Мероприятия по поддержке школ, функционирующих в неблагоприятных условиях", 1, 0),
        ("", "Работа с административно-управленческим персоналом", 2, 2),
        ("", "Повышение кадрового потенциала", 2, 1),
    ]
    assert read.plan.rows[3].responsible == ("Руководители УМО", "НМО", "ШО")
    assert read.plan.rows[1].deadline == "2019-20"
    names, level = messages(read)
    assert "таблица 1, строка 4" in names
    assert "Андреева А.П., Атласова В.И." in names
    assert "таблица 1, строка 10" in level
    assert "прочитан как подраздел" in level


def test_the_plan_of_surgut_has_a_column_of_modules_and_a_row_cut_by_the_page():
    read = read_plan("приказ.docx", surgut())
    assert read.plan.title == "Дорожная карта проекта"
    assert shape(read.plan) == [("", "Есть проект", 1, 2), ("", "ПрофСреда", 1, 1), ("", "Стратегия успеха", 1, 1)]
    assert read.plan.columns[0] == ("section", "Модули")
    assert read.plan.rows[1].deadline == "Февраль-декабрь 2023"
    assert [one.severity for one in read.problems] == [WARNING]
    assert "таблица 1, строка 4" in messages(read)[0]
    assert "«2023»" in messages(read)[0]


@pytest.mark.parametrize("document", [megion, vilyuysk, surgut])
@pytest.mark.parametrize("write", WRITERS)
def test_what_was_read_is_written_and_read_again(document, write):
    plan = read_plan("план.docx", document()).plan
    assert read_plan("снова", write(plan)).plan == plan


# Columns


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("number", "№ п/п|№|№\nп/п|N п/п|№№ пп|Номер|п/п"),
        ("title", "Мероприятие|Мероприятия|Наименование мероприятия|Содержание деятельности|Содержание|Вид деятельности"
         "|Мероприятия, направленные на повышение качества подготовки|Основные мероприятия|Меропри-\nятия|Действия"),
        ("deadline", "Срок|Сроки|Срок реализации|Сроки исполнения|Срок исполнения мероприятия|Дата проведения"
         "|Сроки реализации|Период реализации|Плановый срок|Сроки проведения"),
        ("responsible", "Ответственные|Ответственный|Исполнители|Ответственный исполнитель|Ответственные за проведение"
         " мероприятий|Ответст-\nвенные|Ответственное лицо"),
        ("participants", "Участники|Участники мероприятия|Целевая аудитория|Категория участников"),
        ("expected", "Результат выполнения мероприятия/плановое значение|Ожидаемый результат|Планируемый результат"
         "|Ожидаемые результаты|Результат|Вид документа|Форма отчётности"),
        ("planned", "Плановое значение|Показатели|Целевое значение показателя|Индикаторы"),
        ("section", "Модули|Модуль|Направление деятельности|Раздел"),
        (None, "Примечание|Отметка о выполнении|Финансирование||Предполагаемый риск|Школа"),
    ],
)  # fmt: skip
def test_a_header_is_known_in_its_spellings(field, spellings):
    assert {one: field_of(one) for one in spellings.split("|")} == dict.fromkeys(spellings.split("|"), field)


def test_every_header_that_we_write_is_read():
    assert {field: field_of(head) for field, head in HEADS.items()} == {field: field for field in HEADS}


def test_a_header_over_two_rows_and_the_numbers_of_columns_under_it():
    rows = [
        ["№", "Мероприятие", "Сроки", None, "Ответственный"],
        [None, None, "начало", "окончание", None],
        [1, 2, 3, 4, 5],
        [1, "Семинар", "сентябрь", "май", "ИМЦ"],
    ]
    read = read_plan("план.xlsx", workbook_of(rows, ["A1:A2", "B1:B2", "C1:D1", "E1:E2"]))
    assert read.plan.rows == (PlanRow("Семинар", "1", ("ИМЦ",), deadline="сентябрь – май"),)


def test_marks_under_quarters_become_their_words():
    rows = [
        ["Мероприятие", "Сроки", None, None], [None, "I квартал", "II квартал", "III квартал"],
        ["Семинар", "+", None, "+"], ["Совещание", None, "х", None],
    ]  # fmt: skip
    read = read_plan("план.xlsx", workbook_of(rows, ["A1:A2", "B1:D1"]))
    assert [row.deadline for row in read.plan.rows] == ["I квартал\nIII квартал", "II квартал"]


def test_a_column_that_is_not_of_the_plan_is_named():
    read = read_rows(("1", "Семинар", "май", "Да"), head=("№", "Мероприятие", "Срок", "Отметка о выполнении"))
    assert "«Отметка о выполнении» не относится к плану" in messages(read)[0]
    assert not messages(read_rows(("1", "Семинар", "май", ""), head=("№", "Мероприятие", "Срок", "Примечание")))


# Sections and rows


def test_a_heading_in_one_cell_without_merging():
    read = read_rows(
        ("I. Управление", "", "", ""), ("1", "Семинар", "май", "ИМЦ"),
        ("", "Раздел 2. Кадры", "", ""), ("2", "Курсы", "июнь", "ИМЦ"),
    )  # fmt: skip
    assert shape(read.plan) == [("I.", "Управление", 1, 1), ("", "Раздел 2. Кадры", 1, 1)]


def test_a_number_of_a_heading_may_stand_in_its_own_cell():
    read = read_rows(("1.", "Управление", "", ""), ("1.1.", "Семинар", "май", "ИМЦ"), ("1.2.", "Курсы", "", ""))
    assert shape(read.plan) == [("1.", "Управление", 1, 2)]


def test_numbers_of_headings_tell_their_levels():
    read = read_rows(
        ("1. Кадры",), ("1.1. Учителя",), ("", "Семинар", "май", "ИМЦ"), ("1.2. Директора",),
        ("", "Курсы", "май", "ИМЦ"), ("2. Контроль",), ("", "Проверка", "май", "ИМЦ"),
    )  # fmt: skip
    assert [level for _, _, level, _ in shape(read.plan)] == [1, 2, 2, 1]
    assert not read.problems


def test_looks_of_headings_tell_their_levels():
    document = Document()
    table = document.add_table(1, 4)
    for cell, text in zip(table.rows[0].cells, HEAD, strict=True):
        cell.text = text
    for text, is_bold in [
        ("Над", True),
        ("Под", False),
        ("", None),
        ("Под ещё", False),
        ("", None),
        ("Рядом", True),
        ("", None),
    ]:
        cells = table.add_row().cells
        if text:
            cells[0].merge(cells[3]).paragraphs[0].add_run(text).bold = is_bold
        else:
            for cell, words in zip(cells, ("1", "Семинар", "май", "ИМЦ"), strict=True):
                cell.text = words
    read = read_plan("план.docx", saved(document))
    assert [(title, level) for _, title, level, _ in shape(read.plan)] == [
        ("Над", 1),
        ("Под", 2),
        ("Под ещё", 2),
        ("Рядом", 1),
    ]


def test_a_row_with_a_title_only_is_a_heading_where_rows_have_more():
    rows = [("1", "А", "май", "ИМЦ"), ("2", "Б", "май", "ИМЦ"), ("", "Кадры", "", ""), ("3", "В", "май", "ИМЦ")]
    read = read_rows(*rows)
    assert [title for _, title, _, _ in shape(read.plan)] == ["", "Кадры"]
    assert "таблица 1, строка 4: Строка без срока" in messages(read, WARNING)[0]
    assert len(read_rows(("", "А", "", ""), ("", "Б", "", ""), ("", "В", "май", "")).plan.rows) == 3


def test_cells_merged_down_say_the_same_in_each_row():
    read = read_rows(("1", "А", "май", "ИМЦ"), ("2", "Б", None, None))
    assert [(row.deadline, row.responsible) for row in read.plan.rows] == [("май", ("ИМЦ",))] * 2


def test_a_title_merged_down_is_one_row():
    read = read_rows(("1", "А", "май", "ИМЦ"), (None, None, "июнь", "ЦРО"))
    assert read.plan.rows == (PlanRow("А", "1", ("ИМЦ", "ЦРО"), deadline="май\nиюнь"),)


def test_the_table_goes_on_after_the_page():
    first = [HEAD, ("1", "А", "май", "ИМЦ")]
    again = read_plan("план.docx", document_of(first, [HEAD, ("2", "Б", "май", "ИМЦ")]))
    without = read_plan("план.docx", document_of(first, [("2", "Б", "май", "ИМЦ")]))
    assert [len(read.plan.rows) for read in (again, without)] == [2, 2]
    other = read_plan("план.docx", document_of(first, [("2", "Б", "май", "ИМЦ")], titles=[[], ["Состав комиссии"]]))
    assert len(other.plan.rows) == 1


def test_a_table_for_each_module_under_its_heading():
    tables = [HEAD, ("1", "А", "май", "ИМЦ")], [HEAD, ("2", "Б", "май", "ИМЦ")]
    read = read_plan("план.docx", document_of(*tables, titles=[["План"], ["2. Кадровый модуль"]]))
    assert shape(read.plan) == [("", "", 1, 1), ("2.", "Кадровый модуль", 1, 1)]


def test_another_table_may_be_wanted():
    other = ("Мероприятия", "Сроки")
    content = document_of([HEAD, ("1", "А", "май", "ИМЦ")], [other, ("Б", "июнь")], titles=[["Один"], ["Другой"]])
    read = read_plan("план.docx", content)
    assert (read.source, read.others) == ("таблица 1", ("таблица 2",))
    assert "таблица 2" in messages(read)[0]
    wanted = read_plan("план.docx", content, table="таблица 2")
    assert (wanted.plan.title, wanted.plan.rows[0].title, wanted.problems) == ("Другой", "Б", ())


def test_word_numbers_its_lists_itself():
    document = Document()
    table = document.add_table(3, 3)
    for row, texts in zip(table.rows, [("№", "Мероприятие", "Срок"), ("", "А", "май"), ("", "Б", "май")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for row in table.rows[1:]:
        number_by_list(row.cells[0], text="1.%1.")
    assert [row.number for row in read_plan("план.docx", saved(document)).plan.rows] == ["1.1.", "1.2."]


def test_deleted_text_is_not_read_and_inserted_text_is():
    document = Document()
    table = document.add_table(2, 2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ("Мероприятие", "Срок", "Семинар", "май"), strict=True
    ):
        cell.text = text
    paragraph = table.cell(1, 0).paragraphs[0]._p
    for tag, text_tag, text in (("w:del", "w:delText", " старый"), ("w:ins", "w:t", " новый")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        words.text = text
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        change.append(run)
        paragraph.append(change)
    row = table.rows[1]._tr
    control, inner = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    row.append(control)
    control.append(inner)
    inner.append(row.findall(qn("w:tc"))[1])  # a cell within a content control
    assert read_plan("план.docx", saved(document)).plan.rows == (PlanRow("Семинар новый", deadline="май"),)


def test_a_row_without_its_activity_is_an_error():
    read = read_rows(("1", "", "май", "ИМЦ"))
    assert not read.is_whole
    assert "таблица 1, строка 2: В строке нет мероприятия («май; ИМЦ»)" in messages(read, ERROR)[0]


def test_the_same_number_twice_is_named():
    read = read_rows(("1", "А", "май", "ИМЦ"), ("1", "Б", "май", "ИМЦ"))
    assert read.is_whole
    assert "Номер «1» уже стоит в другой строке (таблица 1, строка 2)" in messages(read)[0]


# Workbooks


def test_numbers_that_excel_has_changed_are_made_good_and_named():
    numbers = [3.8, 3.9, 3.1, dt.datetime(2023, 2, 4), 4]
    rows = [
        ["План на год"],
        [],
        list(HEAD),
        *[[number, f"М {place}", "май", "ИМЦ"] for place, number in enumerate(numbers)],
    ]
    read = read_plan("план.xlsx", workbook_of(rows))
    assert [row.number for row in read.plan.rows] == ["3.8", "3.9", "3.10", "4.2", "4"]
    assert [message.split(":")[0] for message in messages(read)] == ["Лист1, A6", "Лист1, A7"]
    assert read.plan.title == "План на год"


def test_values_of_a_workbook_are_read_as_they_look():
    book = Workbook()
    book.active.append(["Мероприятие", "Срок", "Плановое значение"])
    book.active.append(["А", dt.date(2023, 5, 31), 0.5])
    book.active["C2"].number_format = "0%"
    book.active.append(["Б", 2023, 12.5])
    book.active.append(["В", "#REF!", ""])
    book.active["B4"].data_type = "e"
    book.create_sheet("Скрытый").append(["Мероприятие", "Срок"])
    book["Скрытый"].sheet_state = "hidden"
    read = read_plan("план.xlsx", saved(book))
    assert [(row.deadline, row.planned) for row in read.plan.rows[:2]] == [
        ("31.05.2023", ("50 %",)),
        ("2023", ("12,5",)),
    ]
    assert messages(read) == ["Sheet, B4: Вместо значения в ячейке ошибка формулы (#REF!). Впишите значение."]
    assert read.others == ()


def test_far_cells_and_endless_merges_cost_nothing():
    content = workbook_of([list(HEAD), [1, "А", "май", "ИМЦ"]])
    sheet = part_of(content, "xl/worksheets/sheet1.xml").decode()
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    merges = '<mergeCells><mergeCell ref="E3:XFD1048576"/></mergeCells>'
    sheet = sheet.replace("</sheetData>", far + merges)
    read = read_plan("план.xlsx", with_part(content, "xl/worksheets/sheet1.xml", sheet))
    assert len(read.plan.rows) == 1


def test_a_workbook_with_headings_merged_across():
    rows = [
        list(HEAD),
        ["1. Кадры"],
        [1, "А", "май", "ИМЦ"],
        [None, None, None, None],
        ["2. Контроль"],
        [2, "Б", "май", "ИМЦ"],
    ]
    read = read_plan("план.xlsx", workbook_of(rows, ["A2:D2", "A5:D5"]))
    assert shape(read.plan) == [("1.", "Кадры", 1, 1), ("2.", "Контроль", 1, 1)]


# Words


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("ДОиМП г.Мегиона, МКУ «ЦРО», образовательные организации (ОО)",
         ["ДОиМП г.Мегиона", "МКУ «ЦРО»", "образовательные организации (ОО)"]),
        ("МКУ «Центр развития, оценки», ОО", ["МКУ «Центр развития, оценки»", "ОО"]),
        ("МКУ «ИМЦ «Рост, успех»», ОО", ["МКУ «ИМЦ «Рост, успех»»", "ОО"]),
        ("МКУ «ИМЦ «Рост, успех», ОО", ["МКУ «ИМЦ «Рост, успех»", "ОО"]),
        ("Руководители УМО, \nНМО,ШО", ["Руководители УМО", "НМО", "ШО"]),
        ("школы № 1, 2, №3; методист", ["школы № 1, 2, №3", "методист"]),
        ("Отдел образования и\nмолодёжной политики\nИМЦ", ["Отдел образования и молодёжной политики", "ИМЦ"]),
        ("Управление образования, спорта и молодёжи;", ["Управление образования, спорта и молодёжи"]),
        ("ОО (директор, завуч)\nУчителя", ["ОО (директор, завуч)", "Учителя"]),
        ("МКУ «ЦРО»,", ["МКУ «ЦРО»"]),
        (" \n ", []),
    ],
)  # fmt: skip
def test_several_responsible_in_one_cell(text, items):
    assert list(split_responsible(text)) == items


def test_layout_is_cleaned_and_words_are_kept():
    assert clean("Минпросве-щения\u00a0 РФ\r\n\n  в\u00adводит\t\x0b\x01") == "Минпросве-щения РФ\nвводит"
    assert clean("про\u00ad\nсвещение") == "просвещение"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1. Модуль", "1."), ("2.1 Работа", "2.1"), ("IV. Раздел", "IV."), ("1.Сведения", "1."), ("2021 год", ""),
     ("1 этап. Начало", ""), ("11.01.2021-15.02.2021 начало", ""), ("Модуль 1.", "")],
)  # fmt: skip
def test_numbers_of_headings(text, number):
    assert split_number(text)[0] == number
