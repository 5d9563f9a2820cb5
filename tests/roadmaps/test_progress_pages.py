"""«Что я должен», the report with its files, the check, and what others must not see of it."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmaps.evidence_files import FOLDER
from roadmaps.models import Activity, Comment, Evidence, HeldFile, Occurrence, ProgressUpdate, RoadmapSection
from roadmaps.services.attaching import Sent
from roadmaps.services.progress import Told, accept, give_back, take_back, write_report
from tests.factories import MembershipFactory
from tests.roadmaps import made

TODAY = dt.datetime(2022, 3, 20, 9, tzinfo=dt.UTC)
MINE = "/roadmaps/mine/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / FOLDER


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_of(occurrence) -> str:
    return reverse("roadmaps:report", args=[occurrence.pk])


def sent(**fields) -> dict:
    return {"percent": "100", "text": "Провели", "version": "0", "submit": "1", **fields}


def photograph(name: str = "протокол.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.photograph())


def program(name: str = "setup.exe") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.PROGRAM)


def empty() -> SimpleUploadedFile:
    return SimpleUploadedFile("пусто.jpg", b"")


def test_a_curator_reports_with_a_photograph_and_it_is_accepted(planned):
    curator, methodist = browser(planned.curator), browser(planned.methodist)
    assert "Самоанализ школ" in (page := curator.get(MINE).text)
    assert "через 11\u00a0дней" in page
    answer = curator.post(
        form_of(planned.every), sent(photos=[photograph()], links="https://example.org/p"), follow=True
    )
    assert "Отчёт отправлен на проверку" in answer.text
    report = ProgressUpdate.objects.get()
    assert (report.state, report.school, report.author) == ("submitted", planned.first, planned.curator)
    file, link = report.evidence.all()
    assert (file.name, file.media_type, link.link) == ("протокол.jpg", "image/jpeg", "https://example.org/p")
    address = reverse("roadmaps:judge", args=[report.pk])
    assert address in methodist.get(MINE).text
    page = methodist.get(address).text
    assert reverse("roadmaps:evidence", args=[file.pk]) in page
    preview = methodist.get(reverse("roadmaps:evidence_preview", args=[file.pk]))
    assert preview.getvalue()[:2] == b"\xff\xd8"
    answer = methodist.post(address, {"accept": "1", "version": "1", "next": "mine"}, follow=True)
    assert "Отчёт принят" in answer.text
    assert "Самоанализ школ" not in curator.get(MINE).text


def test_one_refused_file_leaves_the_rest_as_a_draft(planned, media):
    curator = browser(planned.curator)
    page = curator.post(form_of(planned.every), sent(files=[photograph(), program()], text="Долго писали")).text
    assert "setup.exe" in page
    assert "остальное сохранено в черновике" in page
    assert "Долго писали" in page
    report = ProgressUpdate.objects.get()
    assert (report.state, report.text, report.evidence.count()) == ("draft", "Долго писали", 1)
    assert 'name="version" value="1"' in page
    assert "протокол.jpg" in page
    curator.post(form_of(planned.every), sent(version="1"))
    assert ProgressUpdate.objects.get().state == "submitted"


REFUSED = (
    ({"percent": "120"}, "число от 0 до 100"),
    ({"links": "протокол на диске"}, "не адрес"),
    ({"links": "javascript:alert(1)"}, "не адрес"),
    ({"text": " "}, "Напишите, что сделано"),
    ({"version": "7"}, "Отправьте его ещё раз"),
)


def test_what_is_refused_keeps_what_was_typed_and_the_good_files(planned, media):
    """Again and again the same, as a button is pressed twice; then it is put right without choosing the files again."""
    curator, address = browser(planned.curator), form_of(planned.every)
    for fields, words in REFUSED:
        chosen = [photograph(), empty(), program("снимок.jpg")]
        page = curator.post(address, sent(**{"text": "Слова куратора", "photos": chosen, **fields})).text
        assert words in page
        assert {"text": "Слова куратора", **fields}["text"].strip() in page
        assert "«пусто.jpg»: Файл пустой" in page
        assert "«снимок.jpg»: Это программа" in page
        assert not ProgressUpdate.objects.exists()
        held = HeldFile.objects.get()
        assert f'name="held" value="{held.pk}"' in page
        assert f'name="let_go" value="{held.pk}" aria-label="Убрать протокол.jpg"' in page
        assert reverse("roadmaps:held_preview", args=[held.pk]) in page
    assert len(files := list(media.iterdir())) == 2
    assert made.PLACE.encode() not in b"".join(file.read_bytes() for file in files)
    curator.post(address, sent(held=held.pk, files=[photograph("ещё раз он же.jpg")]))
    assert ProgressUpdate.objects.get().state == "submitted"
    file = Evidence.objects.get()
    assert (file.name, file.file.name, HeldFile.objects.count()) == ("протокол.jpg", held.file.name, 0)


def test_held_files_are_their_owners_alone_and_go_or_stay_as_one_says(planned, media):
    curator, address = browser(planned.curator), form_of(planned.every)
    curator.post(address, sent(percent="", photos=[photograph(), SimpleUploadedFile("приказ.pdf", made.pdf())]))
    one, two = HeldFile.objects.order_by("pk")
    colleague = browser(MembershipFactory(role="curator", municipality=planned.municipality, school=planned.first).user)
    for name in ("roadmaps:held_file", "roadmaps:held_preview"):
        shown = reverse(name, args=[one.pk])
        assert curator.get(shown).getvalue()[:2] == b"\xff\xd8"
        assert [who.get(shown).status_code for who in (colleague, browser(planned.methodist))] == [404, 404]
    assert "протокол.jpg" not in colleague.get(address).text
    colleague.post(address, {"let_go": one.pk})
    colleague.post(address, {"percent": "5", "version": "0", "held": [one.pk, two.pk]})  # a draft; he has seen neither
    assert (HeldFile.objects.count(), Evidence.objects.count()) == (2, 0)
    page = curator.post(address, {"let_go": one.pk, "percent": "x", "text": "Пишу", "files": [program()]}).text
    assert "Пишу" in page
    assert 'value="x"' in page
    assert "«setup.exe»: Это программа" in page
    assert "протокол.jpg" not in page
    assert HeldFile.objects.get() == two
    assert len(list(media.iterdir())) == 1
    other = form_of(planned.shared)
    curator.post(other, sent(held=two.pk))
    assert not Evidence.objects.exists()  # it was chosen for another report


def test_a_report_sent_twice_is_one_and_a_second_tab_is_told(planned, media, django_capture_on_commit_callbacks):
    curator, address = browser(planned.curator), form_of(planned.every)
    said = {"links": "https://example.org/p"}
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            answer = curator.post(address, sent(**said, photos=[photograph()]), follow=True)
        assert "Отчёт отправлен на проверку" in answer.text
    report = ProgressUpdate.objects.get()
    assert (report.version, report.evidence.count(), len(list(media.iterdir()))) == (1, 2, 2)
    page = curator.post(address, sent(text="Из другой вкладки", photos=[SimpleUploadedFile("а.pdf", made.pdf())])).text
    assert "Пока вы писали, отчёт изменили" in page
    assert "Из другой вкладки" in page  # though the report can only be read now
    curator.post(reverse("roadmaps:take_back", args=[report.pk]), {"version": "1"})
    assert "а.pdf" in curator.get(address).text


def test_no_more_files_than_a_report_takes_and_those_left_over_are_named(planned, media):
    curator, address = browser(planned.curator), form_of(planned.every)

    def texts(numbers: range) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(f"{number}.txt", f"Справка {number}".encode()) for number in numbers]

    page = curator.post(address, sent(percent="", files=texts(range(21)))).text
    assert "не больше 20 файлов. Отправьте отдельно: «20.txt»" in page
    page = curator.post(address, sent(percent="", files=texts(range(20, 32)))).text
    assert "Не сохранены: «30.txt», «31.txt»" in page
    keys = list(HeldFile.objects.values_list("pk", flat=True))
    assert len(keys) == len(list(media.iterdir())) == 30
    page = curator.post(address, sent(held=keys, links="https://example.org")).text
    assert "не больше 30" in page
    assert not ProgressUpdate.objects.exists()
    curator.post(address, sent(held=keys))
    assert Evidence.objects.count() == 30


def test_more_is_added_to_what_was_accepted_in_part_only_when_it_is_sent(planned, media):
    report, curator = report_of(planned, percent=60), browser(planned.curator)
    accept(report=report, seen_version=1, by=planned.methodist)
    page = curator.post(form_of(planned.every), sent(version="2", photos=[photograph(), program()])).text
    assert "setup.exe" in page
    assert "отчёт не отправлен, выбранные файлы сохранены" in page
    assert ProgressUpdate.objects.get().version == 2
    curator.post(form_of(planned.every), sent(version="2", held=HeldFile.objects.get().pk))
    assert (ProgressUpdate.objects.get().state, Evidence.objects.count()) == ("submitted", 2)


def test_an_address_is_taken_as_people_type_it(planned):
    browser(planned.curator).post(form_of(planned.every), sent(links="school21.ru/protokol\nшкола.рф?a=1"))
    links = {row.link for row in Evidence.objects.exclude(link="")}
    assert links == {"https://school21.ru/protokol", "https://школа.рф?a=1"}


def test_the_second_of_two_sees_what_the_first_kept_and_sends_again(planned):
    one, two = browser(planned.curator), browser(planned.curator)
    one.post(form_of(planned.every), {"percent": "50", "text": "Первый", "version": "0", "draft": "1"})
    page = two.post(form_of(planned.every), sent(text="Второй")).text
    assert "Первый" in page
    assert "Второй" in page
    assert "отчёт изменили" in page
    assert 'name="version" value="1"' in page
    two.post(form_of(planned.every), sent(text="Второй", version="1"))
    assert ProgressUpdate.objects.get().text == "Второй"


def test_a_return_without_a_reason_comes_back_and_one_with_it_reaches_the_curator(planned):
    report = report_of(planned)
    methodist, address = browser(planned.methodist), reverse("roadmaps:judge", args=[report.pk])
    assert "без причины отчёт не возвращается" in methodist.post(address, {"version": "1", "reason": " "}).text
    methodist.post(address, {"version": "1", "reason": "Нет подписи"})
    curator = browser(planned.curator)
    page = curator.get(MINE).text
    assert "Нет подписи" in page
    assert "Исправить отчёт" in page
    assert "Нет подписи" in curator.get(form_of(planned.every)).text


def test_who_judges_a_report_that_was_taken_back_is_told_so_and_others_learn_nothing(planned):
    report = report_of(planned)
    address = reverse("roadmaps:judge", args=[report.pk])
    take_back(report=report, seen_version=report.version, by=planned.curator)
    methodist = browser(planned.methodist)
    answer = methodist.post(address, {"accept": "1", "version": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == report.occurrence.activity.get_absolute_url()
    assert "Отчёт взяли обратно, чтобы исправить" in answer.text
    kept = methodist.post(address, {"version": "1", "reason": "Нет подписи"})
    assert (kept.status_code, "Нет подписи" in kept.text) == (409, True)
    for who in (planned.neighbour, planned.viewer):
        assert browser(who).post(address, {"accept": "1", "version": "1"}).status_code == 404


def test_a_submitted_report_is_read_only_until_it_is_taken_back(planned):
    report, curator = report_of(planned), browser(planned.curator)
    page = curator.get(form_of(planned.every)).text
    assert "Взять обратно" in page
    assert 'name="text"' not in page
    curator.post(reverse("roadmaps:take_back", args=[report.pk]), {"version": "1"})
    assert 'name="text"' in curator.get(form_of(planned.every)).text
    assert ProgressUpdate.objects.get().state == "draft"


def test_files_are_as_open_as_their_report_and_go_with_the_draft_only(planned, media):
    curator = browser(planned.curator)
    curator.post(form_of(planned.every), {**sent(photos=[photograph()]), "draft": "1"} | {"submit": ""})
    ProgressUpdate.objects.update(state="draft")
    file = Evidence.objects.get()
    address = reverse("roadmaps:evidence", args=[file.pk])
    assert [browser(who).get(address).status_code for who in (planned.neighbour, planned.methodist)] == [404, 404]
    assert curator.get(address).getvalue()[:2] == b"\xff\xd8"
    assert len(list(media.iterdir())) == 2
    ProgressUpdate.objects.update(state="submitted")
    curator.post(form_of(planned.every), {"remove": file.pk})
    assert Evidence.objects.exists()
    ProgressUpdate.objects.update(state="draft")
    browser(planned.neighbour).post(form_of(planned.every), {"remove": file.pk})
    assert Evidence.objects.exists()
    page = curator.post(form_of(planned.every), {"remove": file.pk, "text": "Не сохранено"}).text
    assert "Убрано: протокол.jpg." in page
    assert "Не сохранено" in page
    assert not Evidence.objects.exists()
    assert list(media.iterdir()) == []


def test_what_is_owed_is_said_by_why_and_the_rest_is_not_there(planned):
    Occurrence.objects.filter(pk=planned.centre.pk).update(due_on="2022-02-01")
    page = browser(planned.methodist).get(MINE).text
    assert page.index("Просрочено") < page.index("Совещание") < page.index("ближайшие 30") < page.index("Мастер-класс")
    assert "Самоанализ школ" not in page  # the schools' own
    report = report_of(planned, percent=60)
    assert "Самоанализ школ" not in browser(planned.curator).get(MINE).text.partition("Мастер-класс")[0]
    accept(report=report, seen_version=1, by=planned.methodist)
    assert "Принято на 60 %" in browser(planned.curator).get(MINE).text
    Occurrence.objects.update(due_on="2022-06-30")
    assert "Вы ничего не должны" in browser(planned.neighbour).get(MINE).text
    Occurrence.objects.update(due_on="2022-03-21")
    planned.roadmap.state = "draft"
    planned.roadmap.save()
    assert "Вы ничего не должны" in browser(planned.neighbour).get(MINE).text


def test_who_reports_for_nobody_here_is_refused(planned):
    assert browser(planned.outsider).get(form_of(planned.every)).status_code == 403
    assert browser(planned.methodist).get(form_of(planned.every)).status_code == 403
    assert browser(planned.methodist).get(form_of(planned.centre)).status_code == 200
    other = f"{form_of(planned.every)}?school={planned.second.pk}"
    assert browser(planned.curator).get(other).status_code == 404


def test_a_comment_and_its_refusal(planned):
    address = reverse("roadmaps:comment", args=[planned.every.activity_id])
    curator = browser(planned.curator)
    assert "Напишите текст замечания" in curator.post(address, {"text": " "}).text
    assert "Когда протокол" in curator.post(address, {"text": "Когда протокол?"}, follow=True).text
    assert Comment.objects.get().author == planned.curator


def test_cancelling_and_overruling_by_pages(planned):
    methodist = browser(planned.methodist)
    address = reverse("roadmaps:cancel", args=[planned.every.pk])
    assert "Напишите причину" in methodist.post(address, {"reason": ""}).text
    assert "Карантин" in methodist.post(address, {"reason": "Карантин"}, follow=True).text
    assert "Вернуть в план" in methodist.get(address).text
    methodist.post(address, {"reason": "Снят", "do": "restore"})
    planned.every.refresh_from_db()
    assert planned.every.status == "not_started"
    address = reverse("roadmaps:overrule", args=[planned.every.activity_id])
    said = {"status": "done", "reason": "По протоколу", "version": "1"}
    assert "По протоколу" in methodist.post(address, said, follow=True).text
    page = methodist.post(address, said).text
    assert "изменили, пока вы" in page
    assert 'name="version" value="2"' in page


def test_queries_do_not_grow_with_rows_and_reports(planned):
    curator, methodist = browser(planned.curator), browser(planned.methodist)
    report_of(planned)
    pages = [(curator, MINE), (methodist, MINE), (methodist, planned.every.activity.get_absolute_url())]
    before = [queries_of(client, address) for client, address in pages]
    section = RoadmapSection.objects.get()
    for number in range(10, 22):
        row = Activity.objects.create(roadmap=planned.roadmap, section=section, position=number, title=f"Ещё {number}")
        row.responsible.create(position=1, name="ОО", is_every_school=True)
        row.responsible.create(position=2, name="ЦРО")
        told = Told(100, "Сделано", 0, Sent(links=("https://example.org",)))
        due = {"starts_on": "2022-03-01", "due_on": "2022-03-25"}
        fresh = Occurrence.objects.create(activity=row, label="март", **due)
        write_report(occurrence=fresh, school=planned.second, told=told, by=planned.neighbour, submit=True)
        more = Occurrence.objects.create(activity=planned.every.activity, label=f"Ещё {number}", **due)
        kept = write_report(occurrence=more, school=planned.first, told=told, by=planned.curator, submit=True)
        if number % 2:
            give_back(report=kept, seen_version=1, reason="Нет", by=planned.methodist)
    assert [queries_of(client, address) for client, address in pages] == before


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def report_of(planned, *, percent: int = 100) -> ProgressUpdate:
    told = Told(percent, "Сделано", 0, Sent(links=("https://example.org",)))
    return write_report(occurrence=planned.every, school=planned.first, told=told, by=planned.curator, submit=True)
