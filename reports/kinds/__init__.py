"""The kinds of documents that the portal prepares. A new kind is a module here and a line in the table below.

The module reads stored data into frozen content and says what the kind is:

    def build(*, municipality: Municipality, period: str) -> TableDocument:
        …                                   # queries only; nothing of a clock, an id or who asks gets in
        if not rows:
            raise ReportRefused("За период … нет …. Внесите … и подготовьте документ снова.")
        return TableDocument(kind="Таблица …", title="…", …)

    KIND = DocumentKind(
        code=Report.Kind.TARGETS_TABLE,     # all kinds of the contract have their name there already
        build=build,
        periods=periods_with_values,        # municipality → codes of periods to choose from, latest first
        formats=(Format.PDF, Format.XLSX),  # the first one is the main file
        hint="Плановые и достигнутые значения по периодам.",
    )

That is all: the page «Документы» offers it with its preview, `render_report` draws it, REST lists it with its files,
and the worker draws every format. What the content may hold and how it looks is said in `reports.tables`. A kind with
`is_about_school=True` is built with `school` as well, one with `may_be_about_school=True` with the school or None;
`reports.access` says who may see a kind that not everybody may who sees documents. The same content is the same
edition: nothing new is kept while the data stay as they are.
"""

from reports.kinds import analytical_note, effects, identification, mentoring, roadmap, summary_table, targets_table
from reports.kinds.base import DocumentKind, ReportRefused
from schools.wording import listed

KINDS: dict[str, DocumentKind] = {
    kind.code.value: kind
    for kind in (
        analytical_note.KIND,
        effects.KIND,
        identification.KIND,
        mentoring.KIND,
        roadmap.KIND,
        summary_table.KIND,
        targets_table.KIND,
    )
}  # fmt: skip


def kind_of(code: str) -> DocumentKind:
    """ReportRefused where the portal does not prepare such documents."""
    if kind := KINDS.get(code):
        return kind
    known = listed(f"{one.title.lower()} ({one.code.value})" for one in KINDS.values())
    raise ReportRefused(f"Документы вида «{code}» портал пока не готовит. Готовит: {known}.")
