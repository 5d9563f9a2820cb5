"""The demonstration's results: written as official spreadsheets, then imported like any upload."""

import hashlib
import tempfile
from pathlib import Path

from django.conf import settings

from config.programmes.content import FixturesRefused
from config.programmes.fixtures import Fixtures
from monitoring.demo.files import write_demo_files
from monitoring.imports.sources import NamedFile
from monitoring.models import Upload, UploadEntry
from monitoring.services.foreground import import_files
from schools.models import Municipality


def load_results(municipality: Municipality, fixtures: Fixtures) -> int:
    """Import the spreadsheets that are not stored yet; answers how many."""
    with tempfile.TemporaryDirectory(dir=settings.SPOOL_DIR, prefix="demo-") as folder:
        written = write_demo_files(fixtures.folder, Path(folder))
        stored = set(
            UploadEntry.objects.filter(
                upload__municipality=municipality, upload__status=Upload.Status.STORED, stored=True
            ).values_list("sha256", flat=True)
        )
        fresh = [NamedFile(path.name, path) for path in written if _sha256(path) not in stored]
        if not fresh:
            return 0
        answer = import_files(municipality=municipality, inputs=fresh, options={}, with_recompute=False)
    if not answer["stored"]:
        raise FixturesRefused(_problems(answer["files"]))
    return len(fresh)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _problems(files: list[dict]) -> str:
    return "\n".join(
        f"{entry['name']} {problem['cell']}: {problem['message']}"
        for entry in files
        for problem in entry["problems"]
        if problem["severity"] == "error"
    )
