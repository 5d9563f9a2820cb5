"""The command render_report, as the contract has it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from tests.factories import MunicipalityFactory, MunicipalityValueFactory

pytestmark = pytest.mark.django_db


def render(output: Path, *args: str, code: int = 0, **options: Any) -> None:
    said = {"municipality": "gorod", "period": "2020", "format": "pdf"} | options
    flags = [text for name, value in said.items() for text in (f"--{name}", value)]
    if code:
        with pytest.raises(SystemExit) as left:
            call_command("render_report", *(args or ("analytical_note",)), *flags, "--output", str(output))
        assert left.value.code == code
    else:
        call_command("render_report", *(args or ("analytical_note",)), *flags, "--output", str(output))


@pytest.fixture(autouse=True)
def town() -> None:
    MunicipalityValueFactory(indicator__municipality=MunicipalityFactory(slug="gorod"))


def test_two_calls_give_the_same_bytes_and_store_nothing(tmp_path: Path):
    render(tmp_path / "1.pdf")
    render(tmp_path / "2.pdf")
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()
    assert (tmp_path / "1.pdf").read_bytes().startswith(b"%PDF")
    assert Report.objects.count() == 0


def test_json_stands_alone_on_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    render(tmp_path / "1.pdf", "analytical_note", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["kind"] == "analytical_note"
    assert answer["bytes"] == (tmp_path / "1.pdf").stat().st_size


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("campaign", {}, "Документы вида «campaign» портал пока не готовит."),
        ("analytical_note", {"format": "docx"}, "docx этого документа портал не готовит, возьмите pdf."),
        ("analytical_note", {"period": "2015"}, "нет ни одного значения"),
        ("analytical_note", {"municipality": "net"}, "Муниципалитета «net» на портале нет."),
    ],
)
def test_refusal_says_why_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, options: dict[str, str], said: str
):
    render(tmp_path / "1.pdf", kind, code=1, **options)
    assert said in capsys.readouterr().err
    assert not (tmp_path / "1.pdf").exists()


@pytest.mark.parametrize("options", [{"period": "весна"}, {"school": "101"}])
def test_wrong_usage_is_told_apart(tmp_path: Path, options: dict[str, str]):
    render(tmp_path / "1.pdf", code=2, **options)


def test_unknown_kind_is_wrong_usage(tmp_path: Path):
    with pytest.raises(CommandError, match="invalid choice"):
        render(tmp_path / "1.pdf", "letter")
