"""What people do with documents: prepare one, write the texts of the yearly note."""

from typing import Any

from django.db import transaction

from accounts.jobs import enqueue
from accounts.models import Job, User, audit
from reports.models import NoteText, Report
from reports.queries import build_analytical_note
from reports.snapshots import AnalyticalNote
from schools.models import Municipality
from schools.periods import Period


class ReportRefused(Exception):
    """The document cannot be prepared; the text is for people and says what to do."""


def freeze(*, municipality: Municipality, kind: str, period: str) -> AnalyticalNote:
    """What the document says, as of now; refuses where there is nothing to say."""
    if kind != Report.Kind.ANALYTICAL_NOTE:
        raise ReportRefused(f"Документы вида «{kind}» портал пока не готовит.")
    note = build_analytical_note(municipality=municipality, period=period)
    label = Period.parse(period).label
    if not note.indicators:
        raise ReportRefused(
            f"У муниципалитета «{municipality}» нет показателей программы, которые считаются за такой период: {label}."
        )
    if all(row.value is None for row in note.indicators):
        raise ReportRefused(
            f"За период {label} нет ни одного значения показателей. "
            "Загрузите результаты или внесите сведения школ и подготовьте записку снова."
        )
    return note


@transaction.atomic
def create_report(*, municipality: Municipality, kind: str, period: str, by: User | None) -> Report:
    """Freeze the document and have it drawn; what would come out like the latest edition is that edition."""
    Municipality.objects.lock(municipality.pk)  # two people must not take one number
    note = freeze(municipality=municipality, kind=kind, period=period)
    latest = Report.objects.filter(municipality=municipality, kind=kind, period=period).order_by("-number").first()
    if latest and latest.snapshot_sha256 == note.sha256:
        if not latest.file and (latest.job is None or latest.job.is_over):
            _draw(latest, by=by)
        return latest
    report = Report.objects.create(
        kind=kind,
        municipality=municipality,
        period=period,
        number=latest.number + 1 if latest else 1,
        snapshot=note.to_json(),
        snapshot_sha256=note.sha256,
        created_by=by,
    )
    audit("report_created", report, by=by, municipality_id=municipality.pk, kind=kind, period=period)
    _draw(report, by=by)
    return report


def _draw(report: Report, *, by: User | None) -> None:
    report.job = enqueue(Job.Kind.RENDER_REPORT, municipality_id=report.municipality_id, subject_id=report.pk, by=by)
    report.save(update_fields=["job"])


@transaction.atomic
def save_note_text(
    *, municipality: Municipality, school_year: int, problems: str, next_tasks: str, comments: dict[str, str], by: Any
) -> NoteText:
    """Keep what people write into the note of a year; the same text again changes nothing."""
    text, _ = NoteText.objects.select_for_update().get_or_create(municipality=municipality, school_year=school_year)
    written = {
        "problems": problems.strip(),
        "next_tasks": next_tasks.strip(),
        # Comments on indicators that have left the programme are kept: an earlier note may be prepared again.
        "comments": {code: said for code, said in (text.comments | comments).items() if said.strip()},
    }
    changed = [name for name, value in written.items() if getattr(text, name) != value]
    if changed:
        for name in changed:
            setattr(text, name, written[name])
        text.save()
        audit("note_text_saved", text, by=by, municipality_id=municipality.pk, school_year=school_year, fields=changed)
    return text
