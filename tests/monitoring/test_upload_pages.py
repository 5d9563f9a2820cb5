"""Uploads in the browser: hand in, preview, answer, match, confirm, cancel, undo; and who may."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from accounts.access import Role
from accounts.models import Job
from monitoring.models import Result, Upload
from schools.models import School, SchoolAlias
from schools.services import add_alias
from tests.factories import MunicipalityFactory, SchoolFactory

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = ["№", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер"]
LogIn = Callable[..., Client]
WorkOff = Callable[[], list[Job]]


def protocol(
    rows: list[tuple[str, int, Any]], heading: str = "02 - Математика 2021.05.29", name: str = "oge.xlsx"
) -> Any:
    """A dense ОГЭ protocol: school code, primary score, mark."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Page 1"
    if heading:
        sheet.append([heading])
    sheet.append([*HEADER, "Первичный балл", "Оценка"])
    for number, (code, primary, mark) in enumerate(rows, 1):
        person = ["Вымышленный", "Тест", "Тестович", "0000", "000000"]
        sheet.append([number, code, "9А", "1201", "0001", *person, primary, mark])
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile(name, stream.getvalue())


@pytest.fixture
def school() -> School:
    return SchoolFactory(code="125001", name="МБОУ «СОШ № 1»")


def hand_in(client: Client, *files: Any) -> Upload:
    answer = client.post(reverse("monitoring:uploads"), {"files": list(files)})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Upload.objects.latest("pk")


def post(client: Client, name: str, upload: Upload, **fields: str) -> str:
    answer = client.post(reverse(f"monitoring:{name}", args=[upload.pk]), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_is_read_previewed_confirmed_and_written(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 4), ("125001", 7, 2), ("125001", 9, 3)]))
    assert "Файлы читаются" in client.get(upload.get_absolute_url()).content.decode()
    work_off_jobs()
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "ОГЭ, Математика, 9 класс, 2020/2021, 29.05.2021" in page
    assert "Будет добавлен 1\N{NO-BREAK SPACE}результат" in page
    assert not Result.objects.exists()
    post(client, "upload_confirm", upload)
    work_off_jobs()
    result = Result.objects.get()
    assert (result.participants, result.mark_2, result.passed) == (3, 1, 2)
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "Загрузка записана" in page
    source = client.get(
        reverse("monitoring:source"), {"upload": upload.pk, "file": "oge.xlsx", "sheet": "Page 1", "rows": "3-4"}
    ).content.decode()
    assert "Вымышленный" not in source
    assert "125001" in source


def test_the_raw_file_dies_as_soon_as_it_is_read(school: School, log_in_as: LogIn, work_off_jobs: WorkOff) -> None:
    upload = hand_in(log_in_as(Role.METHODIST, school.municipality), protocol([("125001", 17, 4)]))
    spool = Path(settings.SPOOL_DIR) / f"upload-{upload.pk}"
    assert (spool / "raw" / "000").exists()
    work_off_jobs()
    assert not (spool / "raw").exists()
    assert "Вымышленный" not in (spool / "parsed-1.json").read_text()


def test_all_problems_come_at_once_with_the_cells_of_excel(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 6), ("125099", 7, 2), ("125001", 12, "пять")]))
    work_off_jobs()
    page = client.get(upload.get_absolute_url()).content.decode()
    assert all(cell in page for cell in ("Page 1!L3", "Page 1!B4", "Page 1!L5"))
    assert "Записать" not in page
    assert "Записывать нечего" in post(client, "upload_confirm", upload)
    assert not Result.objects.exists()


def test_an_unknown_code_is_matched_with_a_school_without_the_file(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("777", 17, 4), ("777", 8, 3)]))
    work_off_jobs()
    page = post(client, "upload_match", upload, kind="code", key="777", school=str(school.pk))
    assert "Записать всё" in page
    assert SchoolAlias.objects.filter(school=school, kind="code", value="777").exists()
    post(client, "upload_confirm", upload)
    work_off_jobs()
    assert Result.objects.get().school == school


def test_a_code_that_was_matched_with_another_school_meanwhile_is_refused_in_words(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("777", 17, 4)]))
    work_off_jobs()
    add_alias(SchoolFactory(municipality=school.municipality), "code", "777")
    page = post(client, "upload_match", upload, kind="code", key="777", school=str(school.pk))
    assert "«777» уже значит другую школу" in page
    assert not school.aliases.exists()


def test_a_neighbours_school_cannot_be_matched(school: School, log_in_as: LogIn, work_off_jobs: WorkOff) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("777", 17, 4)]))
    work_off_jobs()
    assert "Школа не выбрана" in post(
        client, "upload_match", upload, kind="code", key="777", school=str(SchoolFactory().pk)
    )
    assert not SchoolAlias.objects.filter(value="777").exists()


def test_what_the_file_does_not_say_is_asked_and_answered_without_the_file(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 4)], heading="", name="1234567.xlsx"))
    work_off_jobs()
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "Чего файлы не говорят" in page
    assert "Предмет: 1234567.xlsx" in page
    assert "не называют предмет. Ответьте на этой странице" in page
    assert "--subject" not in page
    page = post(client, "upload_answer", upload, **{"e0-subject": "mathematics", "e0-date": "29.05.2021"})
    assert "ОГЭ, Математика, 9 класс, 2020/2021, 29.05.2021" in page
    post(client, "upload_confirm", upload)
    work_off_jobs()
    assert Result.objects.get().session == "2021-05-29"


def test_a_wrong_answer_keeps_what_was_typed(school: School, log_in_as: LogIn, work_off_jobs: WorkOff) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 4)], heading="", name="1234567.xlsx"))
    work_off_jobs()
    answer = client.post(reverse("monitoring:upload_answer", args=[upload.pk]), {"e0-date": "завтра"})
    assert answer.status_code == 400
    assert "Запишите дату в виде 27.05.2021." in answer.content.decode()
    assert "завтра" in answer.content.decode()


def test_clean_files_are_written_and_faulty_ones_stay_out(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    russian = protocol([("125001", 3, 9)], heading="01 - Русский язык 2021.05.27", name="bad.xlsx")
    upload = hand_in(client, protocol([("125001", 17, 4)]), russian, SimpleUploadedFile("пусто.xlsx", b""))
    work_off_jobs()
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "Записать 1 файл без ошибок" in page
    assert "Файл пуст (0 байт). Выгрузите его ещё раз." in page
    post(client, "upload_confirm", upload)
    work_off_jobs()
    assert list(Result.objects.values_list("subject", flat=True)) == ["mathematics"]
    assert set(upload.entries.values_list("name", "stored")) == {
        ("oge.xlsx", True),
        ("bad.xlsx", False),
        ("пусто.xlsx", False),
    }


def test_of_two_files_about_the_same_one_can_be_left_out(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 4)]), protocol([("125001", 18, 5)], name="other.xlsx"))
    work_off_jobs()
    assert "Не загружать «other.xlsx»" in client.get(upload.get_absolute_url()).content.decode()
    post(client, "upload_leave_out", upload, file="other.xlsx")
    post(client, "upload_confirm", upload)
    work_off_jobs()
    assert Result.objects.get().mark_4 == 1


def test_cancelling_forgets_everything(school: School, log_in_as: LogIn, work_off_jobs: WorkOff) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 4)]))
    work_off_jobs()
    assert "Ничего из неё не записано" in post(client, "upload_cancel", upload)
    assert not (Path(settings.SPOOL_DIR) / f"upload-{upload.pk}").exists()
    assert "обновите страницу" in post(client, "upload_confirm", upload)


def test_undoing_a_written_upload_takes_its_results_away(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 4)]))
    work_off_jobs()
    post(client, "upload_confirm", upload)
    work_off_jobs()
    assert "показатели пересчитаются" in client.get(upload.get_absolute_url()).text
    page = post(client, "upload_undo", upload)
    assert "отозвана" in page
    assert "Показатели пересчитываются" in page
    assert not Result.objects.exists()


def test_undoing_an_upload_that_changed_nothing_promises_nothing(
    school: School, log_in_as: LogIn, work_off_jobs: WorkOff
) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    for _ in range(2):
        upload = hand_in(client, protocol([("125001", 17, 4)]))
        work_off_jobs()
        post(client, "upload_confirm", upload)
        work_off_jobs()
    assert "результаты и показатели останутся прежними" in client.get(upload.get_absolute_url()).text
    jobs = Job.objects.count()
    page = post(client, "upload_undo", upload)
    assert "Она ничего не изменила" in page
    assert "пересчит" not in page
    assert Job.objects.count() == jobs
    assert Result.objects.exists()


def test_pressing_confirm_twice_writes_once(school: School, log_in_as: LogIn, work_off_jobs: WorkOff) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    upload = hand_in(client, protocol([("125001", 17, 4)]))
    work_off_jobs()
    post(client, "upload_confirm", upload)
    post(client, "upload_confirm", upload)
    assert Job.objects.filter(kind=Job.Kind.STORE_UPLOAD).count() == 1


def test_no_file_chosen_is_said_beside_the_field(school: School, log_in_as: LogIn) -> None:
    answer = log_in_as(Role.METHODIST, school.municipality).post(reverse("monitoring:uploads"), {})
    assert answer.status_code == 400
    assert "Выберите хотя бы один файл" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MENTOR])
def test_who_may_only_read_cannot_bring_results_in(role: Role, school: School, log_in_as: LogIn) -> None:
    client = log_in_as(role, school.municipality)
    assert client.get(reverse("monitoring:uploads")).status_code == 403
    assert client.post(reverse("monitoring:uploads"), {"files": [protocol([("125001", 17, 4)])]}).status_code == 403
    assert not Upload.objects.exists()


def test_a_neighbours_upload_is_not_there(school: School, log_in_as: LogIn, work_off_jobs: WorkOff) -> None:
    upload = hand_in(log_in_as(Role.METHODIST, school.municipality), protocol([("125001", 17, 4)]))
    neighbour = log_in_as(Role.DEPARTMENT, MunicipalityFactory())
    assert neighbour.get(upload.get_absolute_url()).status_code == 404
    assert neighbour.post(reverse("monitoring:upload_confirm", args=[upload.pk])).status_code == 404


def test_the_list_of_uploads_asks_as_often_for_forty_as_for_one(school: School, log_in_as: LogIn) -> None:
    client = log_in_as(Role.METHODIST, school.municipality)
    Upload.objects.create(municipality=school.municipality, status=Upload.Status.STORED)
    client.get(reverse("monitoring:uploads"))
    with CaptureQueriesContext(connection) as with_one:
        client.get(reverse("monitoring:uploads"))
    for _ in range(39):
        Upload.objects.create(municipality=school.municipality, status=Upload.Status.STORED)
    with CaptureQueriesContext(connection) as with_forty:
        client.get(reverse("monitoring:uploads"))
    assert len(with_forty) <= len(with_one) + 1  # one count more when the list has a second page
