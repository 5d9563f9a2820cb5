"""Evidence is kept under names that tell nothing, scanned, and given out so that nothing of it runs."""

import io
import json
import os
import re
import time
from datetime import timedelta

import pytest
from csp.middleware import CSPMiddleware
from django.core.files.storage import default_storage
from django.core.files.storage.memory import InMemoryStorage
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from config.logs import request_log
from roadmaps import evidence_files
from roadmaps.evidence.kinds import OFFICE, EvidenceRefused, Kind
from roadmaps.evidence_files import (
    FOLDER,
    INFECTED_REFUSED,
    SCANNER_REFUSED,
    discard,
    serve,
    serve_preview,
    take,
)
from roadmaps.jobs import sweep_evidence
from roadmaps.models import Evidence, HeldFile, ProgressUpdate
from tests.access.world import make_world
from tests.roadmaps import made
from tests.roadmaps.clamd import VIRUS, listening

PERSON = "Вымышленный Иван.pdf"

pytestmark = pytest.mark.django_db  # a response that is closed looks after its connection


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / FOLDER


def kept_files(media) -> list[str]:
    return sorted(os.listdir(media)) if media.exists() else []


def test_a_document_is_kept_as_it_came_under_a_name_that_tells_nothing(media):
    content = made.pdf()
    kept = take(PERSON, io.BytesIO(content))
    assert re.fullmatch(r"evidence/[0-9a-f]{32}\.pdf", kept.place)
    assert (kept.name, kept.kind, kept.size, kept.preview_place) == (PERSON, Kind.PDF, len(content), "")
    assert kept_files(media) == [kept.place.rpartition("/")[2]]
    assert (media.parent / kept.place).read_bytes() == content
    assert (media.parent / kept.place).stat().st_mode & 0o077 == 0
    assert kept.sha256 == evidence_files.hashlib.sha256(content).hexdigest()


def test_the_same_file_twice_is_two_files(media):
    first, second = (take(PERSON, io.BytesIO(made.pdf())) for _ in range(2))
    assert first.place != second.place
    assert len(kept_files(media)) == 2


def test_a_photograph_is_kept_without_its_place_beside_a_small_one(media):
    kept = take("IMG_64-12.5.jpg", io.BytesIO(made.photograph()))
    assert kept_files(media) == sorted(place.rpartition("/")[2] for place in (kept.place, kept.preview_place))
    for place in (kept.place, kept.preview_place):
        assert made.PLACE.encode() not in (media.parent / place).read_bytes()
    assert kept.size == (media.parent / kept.place).stat().st_size


def test_no_more_is_read_than_may_be_kept(settings, media):
    settings.EVIDENCE_MAX_BYTES = 2 * 1024 * 1024

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= settings.EVIDENCE_MAX_BYTES + 1
            return bytes(size)

    with pytest.raises(EvidenceRefused, match="больше 2 МБ"):
        take("a.pdf", Endless())
    assert kept_files(media) == []


def test_what_is_refused_is_not_kept(media):
    with pytest.raises(EvidenceRefused):
        take("a.exe", io.BytesIO(made.PROGRAM))
    assert kept_files(media) == []


def test_a_full_disk_leaves_no_half(monkeypatch, media):
    save = default_storage.save

    def save_one(name, content):
        if "preview" in name:
            raise OSError(28, "No space left on device")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", save_one)
    with pytest.raises(OSError, match="No space"):
        take("a.jpg", io.BytesIO(made.photograph()))
    assert kept_files(media) == []


def test_discarded_files_are_gone_and_may_be_gone_already(media):
    kept = take("a.jpg", io.BytesIO(made.photograph()))
    for _ in range(2):
        discard(kept.place, kept.preview_place, "")
    assert kept_files(media) == []


def test_files_that_nothing_will_need_are_swept(media):
    """Those of no row after a day, held ones after two weeks, those of a draft that nobody has touched for a year."""
    assert sweep_evidence() == 0
    world = make_world()
    person, now = world.row("membership").user, timezone.now()
    files = ("named", "draft", "old draft", "held", "old held", "orphan", "young")
    kept = {name: take("a.jpg", io.BytesIO(made.photograph())) for name in files}
    about = world.row("report_on_it")
    Evidence.objects.create(report=about, **kept["named"].fields)
    for school, name, days in ((world.row("small"), "draft", 360), (None, "old draft", 370)):
        draft = {"occurrence": about.occurrence, "school": school, "written_at": now - timedelta(days=days)}
        report = ProgressUpdate.objects.create(**draft)
        Evidence.objects.create(report=report, **kept[name].fields)
        Evidence.objects.create(report=report, link="https://example.org")
    for name, days in (("held", 13), ("old held", 15)):
        HeldFile.objects.create(by=person, form=name, at=now - timedelta(days=days), **kept[name].fields)
    long_ago = time.time() - 90_000
    for name in set(files) - {"young"}:
        for place in kept[name].places:
            os.utime(media.parent / place, (long_ago, long_ago))
    assert sweep_evidence() == 6
    left = {f"{FOLDER}/{file}" for file in kept_files(media)}
    assert {name for name in files if left & set(kept[name].places)} == {"named", "draft", "held", "young"}
    assert [row.link for row in report.evidence.all()] == ["https://example.org"]


def test_a_scanner_that_finds_nothing_lets_a_file_in(settings, media):
    photograph = made.photograph()  # its colour profile says when it was made
    with listening() as (settings.CLAMAV_ADDRESS, clamd):
        take("a.jpg", io.BytesIO(photograph))
    assert clamd.heard == [photograph]  # as it came, not as it is kept
    assert len(kept_files(media)) == 2


def test_a_virus_is_refused_and_logged_without_the_name_of_the_file(settings, media, lines):
    with listening() as (settings.CLAMAV_ADDRESS, _), pytest.raises(EvidenceRefused) as refused:
        take("Вымышленный.txt", io.BytesIO(VIRUS))
    assert str(refused.value) == INFECTED_REFUSED
    assert "EICAR" not in str(refused.value)
    (line,) = lines()
    assert (line["threat"], line["level"]) == ("Win.Test.EICAR_HDB-1", "warning")
    assert "Вымышленный" not in json.dumps(line, ensure_ascii=False)
    assert kept_files(media) == []


def test_nothing_is_kept_while_the_scanner_does_not_answer(settings, media, lines):
    with listening(lambda _: None) as (settings.CLAMAV_ADDRESS, _), pytest.raises(EvidenceRefused) as refused:
        take(PERSON, io.BytesIO(made.pdf()))
    assert str(refused.value) == SCANNER_REFUSED
    (line,) = lines()
    assert (line["level"], line["reason"]) == ("error", "no answer")
    assert "Вымышленный" not in json.dumps(line, ensure_ascii=False)
    assert kept_files(media) == []


def test_what_is_refused_anyway_is_not_shown_to_the_scanner(settings):
    with listening() as (settings.CLAMAV_ADDRESS, clamd), pytest.raises(EvidenceRefused):
        take("a.exe", io.BytesIO(made.PROGRAM))
    assert clamd.heard == []


def given(name: str, content: bytes):
    kept = take(name, io.BytesIO(content))
    return kept, serve(kept.place, kind=str(kept.kind), name=kept.name)


@pytest.mark.parametrize(
    "name, content, media_type, shown",
    [
        ("снимок.jpg", made.photograph(), "image/jpeg", "inline"),
        ("снимок.png", made.photograph("PNG"), "image/png", "inline"),
        ("приказ.pdf", made.pdf(), "application/pdf", "inline"),
        ("справка.docx", made.word(), f"{OFFICE}.wordprocessingml.document", "attachment"),
        ("заметка.txt", b"text", "text/plain", "attachment"),
        ("баллы.csv", b"a;b", "text/csv", "attachment"),
    ],
)  # fmt: skip
def test_only_pictures_and_pdf_open_in_the_browser_and_nothing_runs(name, content, media_type, shown):
    kept, response = given(name, content)
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"].partition(";")[0] == shown
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = response["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"} <= set(policy)
    assert not [word for word in policy if word.startswith("script-src") or "allow-" in word]
    assert ("sandbox" in policy) == (kept.kind is not Kind.PDF)  # browsers do not draw a PDF in a sandbox
    assert int(response["Content-Length"]) == kept.size
    response.close()


def test_the_portals_own_policy_does_not_take_the_place_of_the_strict_one():
    _, response = given("снимок.jpg", made.photograph())
    answered = CSPMiddleware(lambda _: response)(RequestFactory().get("/"))
    assert answered["Content-Security-Policy"] == evidence_files.SANDBOX
    response.close()


def test_names_are_given_as_the_standard_has_them():
    _, response = given('Указ "1".pdf', made.pdf())
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%D0%A3%D0%BA%D0%B0%D0%B7%20_1_.pdf"
    response.close()


def test_a_small_picture_tells_no_name_and_is_as_strict():
    kept = take("снимок.png", io.BytesIO(made.photograph("PNG")))
    response = serve_preview(kept.preview_place)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == 'inline; filename="preview.jpg"'
    assert response["Content-Security-Policy"] == evidence_files.SANDBOX
    response.close()


def test_a_file_that_is_gone_is_not_found_and_the_log_says_so(lines):
    kept, response = given(PERSON, made.pdf())
    response.close()
    discard(kept.place)
    with pytest.raises(Http404):
        serve(kept.place, kind=kept.kind, name=kept.name)
    with pytest.raises(Http404):
        serve_preview("")
    (line,) = lines()
    assert line["place"] == kept.place
    assert "Вымышленный" not in json.dumps(line, ensure_ascii=False)


def test_a_request_for_a_file_leaves_no_name_of_it_in_the_log(lines):
    kept = take(PERSON, io.BytesIO(made.pdf()))
    view = request_log(lambda _: serve(kept.place, kind=kept.kind, name=kept.name))
    view(RequestFactory().get("/roadmaps/evidence/1/")).close()
    assert lines()
    assert "Вымышленный" not in json.dumps(lines(), ensure_ascii=False)


def test_a_file_is_shown_by_its_small_picture_or_else_by_its_kind():
    about = {
        "name": "<b>приказ</b>.pdf",
        "size": 2048,
        "address": "/a/",
        "kind": Kind.PDF,
        "kind_label": Kind.PDF.label,
    }
    shown = render_to_string("components/evidence_file.html", about | {"preview": ""})
    assert all(word in shown for word in (">PDF<", "Документ PDF, 2,0\xa0КБ", 'href="/a/"', "&lt;b&gt;приказ"))
    assert "<img" not in shown
    assert '<img src="/a/small/" alt=""' in render_to_string(
        "components/evidence_file.html", about | {"preview": "/a/small/"}
    )


def test_any_storage_will_do(settings, monkeypatch):
    monkeypatch.setattr(evidence_files, "default_storage", InMemoryStorage())
    kept, response = given("снимок.jpg", made.photograph())
    assert len(b"".join(response)) == kept.size
    discard(kept.place, kept.preview_place)
