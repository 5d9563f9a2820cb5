"""Tables for Excel: what somebody typed stays a text there."""

import pytest

from schools.csv_files import csv_of


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+7 (999) 123", "'+7 (999) 123"),
        ("-1+2", "'-1+2"),
        ("-5,0", "-5,0"),
        ("+3,1 п. п.", "+3,1 п. п."),
        ("-1\u00a0234,5\u00a0%", "-1\u00a0234,5\u00a0%"),
        ("Семинар", "Семинар"),
        ("—", "—"),
    ],
)
def test_what_a_spreadsheet_would_work_out_is_written_as_text(cell, written):
    assert csv_of([["Тема"], [cell]], "table.csv").content.decode() == f"\ufeffТема\r\n{written}\r\n"
