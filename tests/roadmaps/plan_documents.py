"""Documents and workbooks as departments keep their plans, made cell by cell: merged, numbered or not, cut by pages."""

import io
import zipfile

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook

MEGION_HEADS = ("№ п/п", "Мероприятия", "Ответственные", "Сроки", "Результат выполнения мероприятия/плановое значение")
VILYUYSK_HEADS = ("№ \nп/п", "Мероприятие", "Срок", "Ответственные")


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def add_table(document, rows):
    """A row of one text is merged across; None in a cell is merged with the one above."""
    width = max(len(row) for row in rows)
    table = document.add_table(len(rows), width)
    for place, row in enumerate(rows):
        if len(row) == 1:
            table.cell(place, 0).merge(table.cell(place, width - 1))
        for column, text in enumerate(row):
            if text is None:
                top = next(above for above in range(place, -1, -1) if rows[above][column] is not None)
                table.cell(top, column).merge(table.cell(place, column))
            else:
                table.cell(place, column).text = text
    return table


def document_of(*tables, titles=()):
    document = Document()
    for number, rows in enumerate(tables):
        for text in titles[number] if number < len(titles) else ():
            document.add_paragraph(text)
        add_table(document, rows)
    return saved(document)


def workbook_of(rows, merged=(), title="Лист1"):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for reference in merged:
        sheet.merge_cells(reference)
    return saved(book)


def number_by_list(cell, kind="decimal", text="%1."):
    """Give the cell's paragraph an automatic number: there is no text in it, as Word does it."""
    numbering = cell.part.numbering_part.element
    if not [one for one in numbering.findall(qn("w:abstractNum")) if one.get(qn("w:abstractNumId")) == "77"]:
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), "77")
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), "0")
        for name, value in (("w:start", "1"), ("w:numFmt", kind), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
        numbering.insert(0, abstract)
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), "77")
        child = OxmlElement("w:abstractNumId")
        child.set(qn("w:val"), "77")
        number.append(child)
        numbering.append(number)
    properties = cell.paragraphs[0]._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = 77
    properties.get_or_add_ilvl().val = 0


def with_part(content, name, part):
    """The same package with one part put in or changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as changed:
        for other in given.namelist():
            if other != name:
                changed.writestr(other, given.read(other))
        changed.writestr(name, part)
    return file.getvalue()


def part_of(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)


def megion():
    return document_of(
        [("Наименование программы", "Муниципальная программа"), ("Задачи программы", "1. Анализ деятельности")],
        [
            MEGION_HEADS,
            ("1. Управленческий (правовой) модуль ",),
            ("1.1", "Разработка дорожной карты", "ДОиМП г.Мегиона, МКУ «ЦРО»", "декабрь 2020", "Разработан план"),
            (
                "1.2",
                "Участие ШНОР в программе\n",
                "МАОУ «СОШ №2»",
                "постоянно, начиная с\nянваря 2021",
                "(100%) активны",
            ),
            MEGION_HEADS,
            ("", "", "", "", ""),
            ("3. Информационно-методический модуль (развитие команд ШНОР)",),
            ("2.7", "Планы повышения квалификации", "МКУ «ЦРО»,\nМАОУ «СОШ №2»", "", "Обеспечено развитие"),
            (
                "3.6.",
                "Рекомендации",
                "МАОУ «СОШ №2», наставники",
                "в течение года",
                "Созданы условия;\nСоставлены планы",
            ),
        ],
        [("Предполагаемый риск", "Способ по снижению риска"), ("Кадровый риск", "Подготовка")],
        titles=[["Паспорт программы"], ["Большой раздел.", "", " План мероприятий по адресной поддержке школ "]],
    )


def vilyuysk():
    return document_of(
        [
            VILYUYSK_HEADS,
            ("1. Создание организационных условий и\nразработка обеспечения",),
            ("1.", "Разработка программы", "2019-2020\n", "Комиссия"),
            ("2.", "Разработка пакета актов", "2019-20", "Андреева А.П.\nАтласова В.И."),
            ("Мероприятия по поддержке школ, функционирующих в неблагоприятных условиях",),
            ("Работа с административно-управленческим персоналом",),
            ("", "Поддержка участия учащихся", "Ежегодно\n", "Отделы"),
            ("", "Семинары", "По плану УМО", "Руководители УМО, \nНМО,ШО"),
            ("", "", "", ""),
            ("Повышение кадрового потенциала",),
            ("18.", "Внедрение в практику", "Постоянно\n ", "НМО"),
        ],
        titles=[["ПЛАН основных мероприятий"]],
    )  # fmt: skip


def surgut():
    return document_of(
        [
            ("Модули", "Мероприятия", "Срок реализации"),
            ("Есть проект", "Старт Проекта", "Январь 2023"),
            (None, "Цикл ежемесячных ВКС с кураторами проекта", "Февраль-декабрь"),
            ("ПрофСреда", "", "2023"),
            (None, "Взаимоэкспертиза Среднесрочных программ между ОО", "Февраль 2023"),
            ("Стратегия успеха", "Экспертиза результатов деятельности", "Декабрь 2023"),
        ],
        [("Показатели", "Инструментарий", "Сроки"), ("Качество знаний", "Данные ГИА", "31.05.2023")],
        titles=[["6. Дорожная карта проекта"], ["7. Показатели Проекта"]],
    )
