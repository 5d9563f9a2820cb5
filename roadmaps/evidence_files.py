"""Evidence files in the portal: taken in, kept under names that tell nothing, given out so that nothing runs.

Who may see a file is asked by whoever calls: access is that of the row it belongs to. What people called their files
reaches neither the disk nor a log.
"""

import hashlib
import uuid
from dataclasses import dataclass
from typing import IO, Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from roadmaps.evidence.examine import Examined, examine, refuse_too_large
from roadmaps.evidence.kinds import EvidenceRefused, Kind
from roadmaps.evidence.scanner import Verdict, scan, scanner_address

logger = structlog.get_logger("portal.evidence")

FOLDER = "evidence"
INFECTED_REFUSED = (
    "Проверка на вирусы не пропустила этот файл. Проверьте компьютер антивирусом и приложите документ, "
    "сохранённый заново."
)
SCANNER_REFUSED = "Проверка файлов временно недоступна, попробуйте через несколько минут. Файл не сохранён."

# Nothing runs, nothing is fetched, nobody frames it.
SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
# Browsers show a PDF on a page of their own making, which they do not draw in a sandbox.
PDF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True)
class KeptFile:
    """What a row remembers of a file. The places are names in the default storage, for FileFields."""

    place: str
    preview_place: str  # "" where there is no small picture
    name: str  # for people
    kind: Kind
    size: int  # bytes, as kept
    sha256: str  # as kept

    @property
    def fields(self) -> dict[str, Any]:
        """Of the row that remembers it."""
        return {
            "file": self.place,
            "preview": self.preview_place,
            "name": self.name,
            "media_type": self.kind.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }

    @property
    def places(self) -> tuple[str, str]:
        """To be discarded when no row comes of it."""
        return self.place, self.preview_place


def take(name: str, upload: IO[bytes]) -> KeptFile:
    """Examine a file that somebody attaches and keep it; nothing is written unless all of it is well.

    Call it before the transaction that makes the row: a scanner may take its time. When no row comes of it, `discard`
    it; what a crash leaves is swept (`roadmaps.jobs`). Raises EvidenceRefused.
    """
    content = upload.read(settings.EVIDENCE_MAX_BYTES + 1)
    refuse_too_large(len(content), settings.EVIDENCE_MAX_BYTES)
    examined = examine(name, content, max_bytes=settings.EVIDENCE_MAX_BYTES)
    _refuse_infected(content)
    return _keep(examined)


def discard(*places: str) -> None:
    """Delete kept files that no row names any more; a place that is empty or gone is no matter."""
    for place in places:
        if place:
            default_storage.delete(place)


def serve(place: str, *, kind: Kind | str, name: str) -> FileResponse:
    """The kept file: pictures and PDF open in the browser, all else is downloaded. Http404 when it is not there."""
    kind = Kind(kind)
    response = _response(place, kind.media_type, name, as_attachment=not kind.opens_in_browser)
    if kind is Kind.PDF:
        response["Content-Security-Policy"] = PDF_POLICY
    return response


def serve_preview(place: str) -> FileResponse:
    """The small picture of a kept file. Http404 when there is none."""
    return _response(place, Kind.JPEG.media_type, "preview.jpg", as_attachment=False)


def _response(place: str, media_type: str, name: str, *, as_attachment: bool) -> FileResponse:
    try:
        file = default_storage.open(place, "rb") if place else None
    except FileNotFoundError:
        logger.error("evidence file is missing", place=place)
        file = None
    if file is None:
        raise Http404("Файла нет в хранилище портала. Сообщите администратору.")
    response = FileResponse(file, as_attachment=as_attachment, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _refuse_infected(content: bytes) -> None:
    """Scans what came, not what is kept of it: somebody's computer is to be told of."""
    if not settings.CLAMAV_ADDRESS:
        return
    found = scan(content, scanner_address(settings.CLAMAV_ADDRESS))
    if found.verdict is Verdict.INFECTED:
        logger.warning("evidence file refused by the scanner", threat=found.detail)
        raise EvidenceRefused(INFECTED_REFUSED)
    if found.verdict is Verdict.UNAVAILABLE:
        logger.error("virus scanner gives no answer", reason=found.detail)
        raise EvidenceRefused(SCANNER_REFUSED)


def _keep(examined: Examined) -> KeptFile:
    stem = f"{FOLDER}/{uuid.uuid4().hex}"
    place, preview_place = f"{stem}.{examined.kind}", f"{stem}-preview.jpg" if examined.preview else ""
    try:
        place = default_storage.save(place, ContentFile(examined.content))
        if preview_place:
            preview_place = default_storage.save(preview_place, ContentFile(examined.preview))
    except OSError:
        discard(place, preview_place)  # the half for which there was room
        raise
    sha256 = hashlib.sha256(examined.content).hexdigest()
    return KeptFile(place, preview_place, examined.name, examined.kind, len(examined.content), sha256)
