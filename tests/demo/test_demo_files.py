"""The demo's spreadsheets look like official ones and depend on the fixtures alone."""

import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from monitoring.demo.files import write_demo_files
from monitoring.demo.pupils import SURNAMES
from tests.demo.conftest import CODE_OF_LOGIN, FIXTURES
from tests.demo.spreadsheets import read_folder


def cells(path: Path) -> list[tuple]:
    return list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))


def test_same_fixtures_give_the_same_bytes(spreadsheets: Path, tmp_path: Path):
    again = write_demo_files(FIXTURES, tmp_path)
    assert len(again) == 33
    for path in again:
        assert path.read_bytes() == (spreadsheets / path.relative_to(tmp_path)).read_bytes()


def test_command_writes_them_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    call_command("demo_files", str(tmp_path / "new"), json=True)
    assert len(json.loads(capsys.readouterr().out)["files"]) == 33
    assert len(list((tmp_path / "new").rglob("*.*"))) == 33


@pytest.mark.parametrize("arguments", [["{folder}", "--municipality", "moskva"], ["{folder}/taken"]])
def test_command_refuses_what_it_cannot_write(tmp_path: Path, arguments: list[str]):
    (tmp_path / "taken").touch()
    with pytest.raises(SystemExit) as refused:
        call_command("demo_files", *(text.format(folder=tmp_path) for text in arguments))
    assert refused.value.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_every_name_is_used_once(spreadsheets: Path):
    names = [path.name for path in spreadsheets.rglob("*.*")]
    assert len(names) == len(set(names)) == 33


def test_statistics_of_marks_stand_as_the_system_unloads_them(spreadsheets: Path):
    rows = cells(spreadsheets / "2018-2019" / "2900101.xlsx")
    assert rows[0][0] == "Статистика по отметкам"
    assert rows[2][0] == "ВПР 2019 Русский язык 5 класс"
    assert rows[7] == ("Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5)
    assert rows[10][:3] == ("город Назарово(reg24_m027)", 4, 138)
    assert rows[11] == ("МБОУ «СОШ № 21» (демо)(sch240921)", None, 45, 13.33, 44.44, 33.33, 8.89)


def test_sheet_name_is_cut_where_excel_cuts_it(spreadsheets: Path):
    workbook = openpyxl.load_workbook(spreadsheets / "2018-2019" / "2900104.xlsx")
    assert workbook.sheetnames == ["РУ 5 Сравнение отметок с отметк"]


def test_resits_are_two_blocks_of_one_dense_sheet(spreadsheets: Path):
    rows = cells(spreadsheets / "2020-2021" / "oge_2021_пересдача_сентябрь.xlsx")
    blocks = [row[0] for row in rows if str(row[0]).endswith("(пересдача)")]
    assert blocks == ["01 - Русский язык 2021.09.03 (пересдача)", "02 - Математика 2021.09.06 (пересдача)"]
    head = next(row for row in rows if row[0] == "№")
    assert head == (
        "№", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер",
        "Первичный балл", "Оценка",
    )  # fmt: skip


def test_csv_of_profile_mathematics_is_in_cp1251(spreadsheets: Path):
    text = (spreadsheets / "2020-2021" / "02_2021.06.07.csv").read_bytes().decode("cp1251")
    head, first, *_ = text.splitlines()
    assert head.startswith("SchoolCode;ClassCode;StationCode;")
    assert head.endswith(";PrimaryMark;Mark100")
    assert first.split(";")[4] in SURNAMES


@pytest.mark.parametrize(
    ("exam", "school", "first", "again"),
    [
        (("oge", "mathematics", 9, 2020), "270022", 53, 14),
        (("oge", "russian", 9, 2018), "270024", 8, 1),
        (("ege", "russian", 11, 2020), "270021", 20, 0),
        (("ege", "mathematics_base", 11, 2020), "270022", 10, 2),
        (("ege", "mathematics_profile", 11, 2020), "270023", 4, 0),
        (("vpr", "mathematics", 6, 2020), "270024", 9, 0),
    ],
)
def test_everybody_of_the_case_has_a_row(spreadsheets: Path, exam: tuple, school: str, first: int, again: int):
    found = read_folder(spreadsheets, CODE_OF_LOGIN)[exam][school]
    assert (len(found.first), len(found.again)) == (first, again)
