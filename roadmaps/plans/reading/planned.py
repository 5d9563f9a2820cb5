"""What a person should know of the planned values: those that may be meant and are not marked, those that go astray."""

from roadmaps.plans.columns import HEADS, QUOTED
from roadmaps.plans.quoted import has_unmarked_share, quotes_of
from roadmaps.plans.reading.grid import WARNING, PlanProblem
from roadmaps.plans.rows import Plan, PlanRow
from roadmaps.plans.styles import PLANNED
from roadmaps.plans.texts import one_line

MOST_NAMED = 12
LONGEST = 60


def problems_of_planned(plan: Plan, place: str, *, is_repeated: bool) -> list[PlanProblem]:
    """`is_repeated`: the values stand in a column of ours that only repeats words of the results."""
    strayed = [row for row in plan.rows if is_repeated and quotes_of(row) is None]
    messages = [_unmarked([row for row in plan.rows if has_unmarked_share(row)]), *map(_strayed, strayed)]
    return [PlanProblem(WARNING, place, message) for message in messages if message]


def _unmarked(rows: list[PlanRow]) -> str:
    if not rows:
        return ""
    more = f" и ещё {len(rows) - MOST_NAMED}" if len(rows) > MOST_NAMED else ""
    named = ", ".join(map(_name, rows[:MOST_NAMED])) + more
    return (
        f"В результате названы проценты, но не сказано, что это плановое значение: {named} "
        f"(строк: {len(rows)}). Текст результата перенесён целиком, плановых значений там не "
        f"будет. Чтобы они были, впишите их в столбец «{HEADS['planned']}» или отметьте слова в документе Word стилем "
        f"«{PLANNED}»; можно и позже, на странице мероприятия."
    )


def _strayed(row: PlanRow) -> str:
    return (
        f"Мероприятие {_name(row)}: в столбце «{QUOTED}» стоит «{'; '.join(row.planned)}», а в тексте результата таких "
        "слов нет. Перенесено и то и другое. Проверьте, что из них верно."
    )


def _name(row: PlanRow) -> str:
    title = one_line(row.title)
    return row.number or f"«{title if len(title) <= LONGEST else title[: LONGEST - 1].rstrip() + '…'}»"
