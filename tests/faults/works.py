"""A municipality with work to do in it, and a methodist who asks for it on the pages: import, recompute, note."""

import contextlib
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Job
from indicators.models import MunicipalityValue, SchoolValue
from indicators.services.recompute import request_recompute
from monitoring.models import Result, ResultChange, ResultTotal, StoredSheet, Upload, UploadEntry
from reports.models import Report
from tests.bench import world
from tests.imports import books

SCHOOLS, YEARS, PUPILS = 30, 2, 400
EXAMS = ("01 - Русский язык 2021.05.24", "02 - Математика 2021.05.27", "06 - Биология 2021.06.07")
HIGHEST = 31  # of the primary scores in the files
PERIOD = str(world.LAST_YEAR)
OF_UPLOADS = (StoredSheet, ResultChange, UploadEntry, ResultTotal, Result, Upload)
OF_VALUES = (SchoolValue, MunicipalityValue)
OF_ALL = (Report, AuditEvent, Job)


@dataclass(frozen=True)
class Stage:
    """Something a person asks for: `begin` asks and returns the job that does it."""

    name: str
    begin: Callable[[], Job]


class Town:
    """One municipality, its methodist at a browser."""

    def __init__(
        self, schools: int = SCHOOLS, years: int = YEARS, *, with_results: bool = False, with_values: bool = False
    ) -> None:
        if with_results:
            self.municipality = world.municipality(schools, years, with_values=with_values)
        else:
            self.municipality = world.bare_municipality(schools)
            world.add_catalogue(self.municipality)
            world.add_lists_and_statistics(self.municipality, years)
        self.codes = sorted(self.municipality.schools.values_list("code", flat=True))
        self.user = world.methodist(self.municipality)
        self.client = client_of(self.user)

    # --- What people ask for

    def hand_in(self, files: Iterable[Path]) -> Upload:
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(path.open("rb")) for path in files]
            answer = self.client.post(reverse("monitoring:uploads"), {"files": streams})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return Upload.objects.latest("pk")

    def confirm(self, upload: Upload) -> Job:
        answer = self.client.post(reverse("monitoring:upload_confirm", args=[upload.pk]))
        assert answer.status_code == 302
        return Job.objects.filter(kind=Job.Kind.STORE_UPLOAD, subject_id=upload.pk).latest("pk")

    def ask_for_recompute(self) -> Job:
        return request_recompute(municipality_id=self.municipality.pk, by=self.user)

    def ask_for_note(self) -> Job:
        answer = self.client.post(reverse("reports:prepare"), {"kind": "analytical_note", "period": PERIOD})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        job = Report.objects.latest("pk").job
        assert job is not None
        return job

    # --- What they see

    def page(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.content.decode()

    def page_of(self, job: Job) -> str:
        return self.page(reverse("accounts:job", args=[job.pk]))


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def forget(*made: type[Model]) -> None:
    """Back to the state before the work: rows it made, and all files."""
    for model in (*OF_ALL, *made):
        model._default_manager.all().delete()
    for root in (settings.SPOOL_DIR, settings.MEDIA_ROOT):
        for path in Path(root).iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def write_files(folder: Path, codes: Sequence[str], *, seed: int = 1) -> list[Path]:
    """Protocols of ОГЭ, 400 invented pupils of these schools in each; another seed gives other marks of the same."""
    folder.mkdir(exist_ok=True)
    chance = random.Random(seed)
    return [
        _write_protocol(folder / f"oge-{number}.xlsx", heading, codes, chance) for number, heading in enumerate(EXAMS)
    ]


def _write_protocol(path: Path, heading: str, codes: Sequence[str], chance: random.Random) -> Path:
    scores = [chance.randint(0, HIGHEST) for _ in range(PUPILS)]
    rows = [books.oge(codes[place % len(codes)], score, 2 + score // 8) for place, score in enumerate(scores)]
    return books.xlsx(path, [[heading], books.OGE_DENSE, *rows])
