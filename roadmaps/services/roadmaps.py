"""What people do with a roadmap as a whole: its title, term and order; approved, closed, reopened."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts.models import User, audit
from roadmaps.models import Activity, Occurrence, Roadmap
from roadmaps.plans.bounds import term_problem
from roadmaps.plans.deadlines import Precision, read_deadline
from roadmaps.plans.merging import Merged, Values
from roadmaps.queries.editing import frame_values
from roadmaps.services.counting import plan_changed
from roadmaps.services.editing import (
    EditRefused,
    Seen,
    locked_roadmap,
    merged_with,
    note_of_plan,
    refuse_editing,
)
from roadmaps.services.plans import make_occurrences
from roadmaps.states import PLAN_MOVES, PlanState, Status
from schools.orders import order_date_problem

COUNTED = frozenset({"starts_on", "ends_on", "programme"})  # what reports are awaited follows from them
NO_TITLE = "Назовите дорожную карту."
NO_ROWS = "В дорожной карте нет ни одного мероприятия: утверждать нечего."
NO_ORDER = "Укажите номер и дату приказа, которым утверждена дорожная карта."
NOT_ALLOWED = "Утверждает и завершает дорожную карту управление образования."
NOT_NOW = "Дорожная карта {state}: сейчас этого сделать нельзя. Обновите страницу."
CHANGED = "Дорожную карту изменили, пока вы на неё смотрели. Посмотрите её ещё раз и решите снова."
UNDONE = "Не всё выполнено: напишите, почему дорожная карта завершается."
WHY_AGAIN = "Напишите, почему дорожная карта снова действует."
RUNS_PAST_END = "После {day:%d.%m.%Y} у мероприятий остаются сроки: посмотрите, каких мероприятий это касается."
NOT_HERE = "Программа относится к другому муниципалитету или другой школе."


class RunsPastEnd(EditRefused):
    """The plan in force is to end before some of its times; whoever shortens it has to know of them."""

    def __init__(self, times: list[Occurrence], ends_on: dt.date) -> None:
        super().__init__(RUNS_PAST_END.format(day=ends_on))
        self.times, self.ends_on = times, ends_on


@transaction.atomic
def edit_frame(
    *, roadmap: Roadmap, typed: Values, seen: Seen, reason: str, by: User, later_are_known: bool = False
) -> Merged:
    """Title, term, programme, and of a plan in force its order. Another term asks for other times: those that have
    reports stay. Raises EditRefused, as ChangedMeanwhile where somebody changed the same field and as RunsPastEnd
    until it is said that the times after an earlier end are known."""
    roadmap = locked_roadmap(roadmap.pk)
    refuse_editing(roadmap, reason, by)
    stored = frame_values(roadmap)
    changes = [line for line in roadmap.changes.select_related("by").order_by("pk") if "section" not in line.after]
    merged = merged_with(stored=stored, typed=typed, seen=seen, version=roadmap.version, changes=changes)
    if not merged.mine:
        return merged
    before_term = roadmap.starts_on, roadmap.ends_on
    _store(roadmap, merged.values, merged.mine)
    if (roadmap.starts_on, roadmap.ends_on) != before_term:
        if roadmap.ends_on < before_term[1] and not later_are_known:
            _refuse_running_past_end(roadmap)
        _follow_term(roadmap, *before_term)
    before = {"fields": {name: stored[name] for name in merged.mine}}
    after = {"fields": {name: merged.values[name] for name in merged.mine}}
    note_of_plan(roadmap, "edited", by, reason, before=before, after=after)
    if not COUNTED.isdisjoint(merged.mine):
        plan_changed(roadmap, by, before_term)
    return merged


def _store(roadmap: Roadmap, values: Values, changed: Iterable[str]) -> None:
    if not values["title"].strip():
        raise EditRefused(NO_TITLE)
    starts_on, ends_on = (dt.date.fromisoformat(values[name]) for name in ("starts_on", "ends_on"))
    if problem := term_problem(starts_on, ends_on):
        raise EditRefused(problem)
    programme = roadmap.municipality.programmes.filter(pk=values["programme"]).first()
    if values["programme"] and (programme is None or programme.school_id not in (None, roadmap.school_id)):
        raise EditRefused(NOT_HERE)
    if roadmap.state == PlanState.APPROVED and not {"order_number", "order_date"}.isdisjoint(changed):
        _refuse_order(values["order_number"], values["order_date"])
    roadmap.title, roadmap.starts_on, roadmap.ends_on = values["title"].strip(), starts_on, ends_on
    roadmap.programme, roadmap.order_number = programme, values["order_number"].strip()
    roadmap.order_date = dt.date.fromisoformat(values["order_date"]) if values["order_date"] else None
    roadmap.save()


def _refuse_running_past_end(roadmap: Roadmap) -> None:
    """Of a plan that nobody reports on yet, and of what is done, cancelled or due on no day, nobody has to know."""
    if roadmap.state != PlanState.APPROVED:
        return
    times = Occurrence.objects.filter(activity__roadmap=roadmap, due_on__gt=roadmap.ends_on).standing()
    times = times.exclude(status__in=[Status.DONE, Status.CANCELLED]).exclude(precision=Precision.FUZZY)
    if later := list(times.select_related("activity").order_by("activity__position", "due_on")):
        raise RunsPastEnd(later, roadmap.ends_on)


def _follow_term(roadmap: Roadmap, starts_on: dt.date, ends_on: dt.date) -> None:
    """What the portal understood by itself it understands anew; what a person said a deadline means stays so."""
    rows = list(Activity.objects.filter(roadmap=roadmap, removed_at__isnull=True).order_by("pk"))
    times = Occurrence.objects.select_for_update(no_key=True).filter(activity__in=rows)
    list(times.order_by("pk").values_list("pk"))  # nobody hands a report in on a time while it is moved or goes
    for row in rows:
        understood = read_deadline(row.deadline, starts_on=starts_on, ends_on=ends_on, title=row.title)
        if understood.to_json() == row.means:
            anew = read_deadline(row.deadline, starts_on=roadmap.starts_on, ends_on=roadmap.ends_on, title=row.title)
            row.means = anew.to_json()
    Activity.objects.bulk_update(rows, ["means"], batch_size=500)
    make_occurrences(roadmap, rows)


# --- Its life


@transaction.atomic
def approve(*, roadmap: Roadmap, order_number: str, order_date: dt.date | None, seen_version: int, by: User) -> Roadmap:
    """By an order: from now on it is reported on, and changed only with a reason. Raises EditRefused."""
    roadmap = _moving(roadmap, PlanState.APPROVED, seen_version, by, was=PlanState.DRAFT)
    _refuse_order(order_number, order_date.isoformat() if order_date else None)
    if not roadmap.activities.filter(removed_at__isnull=True).exists():
        raise EditRefused(NO_ROWS)
    roadmap.order_number, roadmap.order_date = order_number.strip(), order_date
    roadmap = _moved(roadmap, PlanState.APPROVED, "approved", by)
    plan_changed(roadmap, by)
    return roadmap


@transaction.atomic
def close(*, roadmap: Roadmap, reason: str, seen_version: int, by: User) -> Roadmap:
    """It is over: nobody owes anything of it. Where something is left undone, a reason says why. Raises EditRefused."""
    roadmap = _moving(roadmap, PlanState.CLOSED, seen_version, by, was=PlanState.APPROVED)
    if not reason.strip() and undone(roadmap):
        raise EditRefused(UNDONE)
    return _moved(roadmap, PlanState.CLOSED, "closed", by, reason)


@transaction.atomic
def reopen(*, roadmap: Roadmap, reason: str, seen_version: int, by: User) -> Roadmap:
    """Closed by mistake, or too early: it is in force again. Raises EditRefused."""
    roadmap = _moving(roadmap, PlanState.APPROVED, seen_version, by, was=PlanState.CLOSED)
    if not reason.strip():
        raise EditRefused(WHY_AGAIN)
    return _moved(roadmap, PlanState.APPROVED, "reopened", by, reason)


def undone(roadmap: Roadmap) -> int:
    """How many times are neither done nor cancelled."""
    times = Occurrence.objects.filter(activity__roadmap=roadmap).standing()
    return times.exclude(status__in=[Status.DONE, Status.CANCELLED]).count()


def _moving(roadmap: Roadmap, after: PlanState, seen_version: int, by: User, *, was: PlanState) -> Roadmap:
    roadmap = locked_roadmap(roadmap.pk)
    before = PlanState(roadmap.state)
    permission = PLAN_MOVES.get((before, after))
    if permission is None or before is not was:
        raise EditRefused(NOT_NOW.format(state=roadmap.get_state_display()))
    if not (roadmap.school or roadmap.municipality).allows(by, permission):
        raise EditRefused(NOT_ALLOWED)
    if roadmap.version != seen_version:
        raise EditRefused(CHANGED)
    return roadmap


def _moved(roadmap: Roadmap, after: PlanState, action: str, by: User, reason: str = "") -> Roadmap:
    before = roadmap.state
    roadmap.state = after.value
    roadmap.save(update_fields=["state", "order_number", "order_date"])
    note_of_plan(roadmap, action, by, reason, before={"state": before}, after={"state": roadmap.state})
    audit(f"roadmap_{action}", roadmap, by=by, municipality_id=roadmap.municipality_id)
    return roadmap


def _refuse_order(number: str, date: str | None) -> None:
    if not number.strip() or not date:
        raise EditRefused(NO_ORDER)
    if problem := order_date_problem(dt.date.fromisoformat(date)):
        raise EditRefused(problem)
