"""The yearly note of the programme."""

from reports.formats import Format
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.queries import build_analytical_note, periods_with_values
from reports.snapshots import AnalyticalNote
from schools.models import Municipality
from schools.periods import Period


def build(*, municipality: Municipality, period: str) -> AnalyticalNote:
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


KIND = DocumentKind(
    code=Report.Kind.ANALYTICAL_NOTE,
    build=build,
    periods=periods_with_values,
    formats=(Format.PDF,),
    hint="Портал напишет её по показателям программы. Проблемы и задачи следующего года добавляете вы.",
    content=AnalyticalNote,
)
