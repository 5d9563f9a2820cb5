"""The list of schools as departments keep it: code;login;name[;parent_code;kind] or логин;имя;регион."""

from schools.services import SchoolRow
from schools.tables import read_table

COLUMNS = {
    "code": ("code", "код", "код оо", "код школы"),
    "login": ("login", "логин", "логин оо", "логин школы", "логин фис око"),
    "name": ("name", "имя", "название", "наименование", "школа", "оо", "наименование оо"),
    "parent_code": ("parent_code", "код головной школы", "головная школа"),
    "kind": ("kind", "вид", "тип"),
    "region": ("region", "регион", "муниципалитет"),
}

PERSONAL = ("фамилия", "отчество", "фио", "surnamecell", "secondnamecell")


def read_school_list(content: bytes, name: str) -> tuple[list[SchoolRow], list[dict[str, str]], str]:
    """Rows, problems and the territory that the list names (when it is one). UnreadableTable when it is no table."""
    table = read_table(content, name)
    found = {
        field: column
        for field, spellings in COLUMNS.items()
        for column in table.header
        if " ".join(column.lower().replace("ё", "е").split()) in spellings
    }
    if any(column.lower().strip() in PERSONAL for column in table.header):
        message = "Это таблица с данными учеников, а не список школ: загрузите её на странице «Данные»."
        return [], [_problem(table.sheet, f"A{table.header_row}", "", message)], ""
    if "name" not in found or not {"code", "login"} & set(found):
        message = "Нужны столбцы «Название» и «Код ОО» или «Логин»: проверьте строку заголовков."
        return [], [_problem(table.sheet, f"A{table.header_row}", "; ".join(table.header), message)], ""
    rows = [
        SchoolRow(
            **{field: row.cells.get(found[field], "") for field in found if field != "region"},
            sheet=table.sheet,
            cells={field: table.cell_name(row.number, column) for field, column in found.items()},
        )
        for row in table.rows
    ]
    regions = {row.cells.get(found.get("region", ""), "") for row in table.rows} - {""}
    problems = [] if rows else [_problem(table.sheet, "", "", "В списке нет ни одной школы: заполните строки.")]
    return rows, problems, regions.pop() if len(regions) == 1 else ""


def _problem(sheet: str, cell: str, value: str, message: str) -> dict[str, str]:
    return {
        "severity": "error",
        "code": "bad_school_list",
        "sheet": sheet,
        "cell": cell,
        "value": value[:200],
        "message": message,
    }
