"""Who gets which answer where: one line for an address and a method.

The answers stand in the order of `PEOPLE`. A list answers 200 to everybody who belongs somewhere; what is in it is for
`test_contents`. `neighbour` is the curator of another school of the same town.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from roadmaps.forms.passport import seal
from roadmaps.passport.parts import Part
from roadmaps.queries.passport import lines_of
from tests.access.world import PEOPLE, World

OF_TEACHER = {
    "deficits": "deficit",
    "courses": "course",
    "competence": "competence_mark",
    "plans": "development_plan",
    "steps": "development_step",
    "reports": "support_report",
}
OF_RESERVE = {
    "candidates": "reserve_candidate",
    "programmes": "reserve_programme",
    "enrolments": "enrolment",
    "vacancies": "vacancy",
    "rotations": "rotation",
}
NAMES = {"pk": "event", "school": "school"}
VACANCY = {"pk": "vacancy", "record": "vacancies"}
ROWS_A_WORLD = 36  # a world takes longer to make than some forty answers
Data = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    answers: dict[str, int]
    arguments: dict[str, str]  # argument of the address: row of the world whose key it takes, or a text as it is
    data: Data | None
    query: str

    def __str__(self) -> str:
        return f"{self.method} {self.name}{self.query}"

    @property
    def can_be_read(self) -> bool:
        """Whether others' things are looked for in what it answers."""
        return self.method == "get" and self.query != NAZAROVO and not self.name.startswith("account_")

    def address(self, world: World, town: str = "town") -> str:
        rows = getattr(world, town).rows
        kwargs = {key: rows[value].pk if value in rows else value for key, value in self.arguments.items()}
        return reverse(self.name, kwargs=kwargs) + self.query


def row(name: str, method: str, answers: str, *, data: Data | None = None, query: str = "", **arguments: str) -> Row:
    codes = dict(zip(PEOPLE, map(int, answers.split()), strict=True))
    return Row(name, method, codes, arguments, data, query)


def kept_sheet(world: World) -> dict[str, Any]:
    sheet = world.row("sheet")
    return {"upload": sheet.upload_id, "file": sheet.file_name, "sheet": sheet.sheet, "rows": "5"}


def named(world: World) -> dict[str, Any]:
    teacher = world.row("teacher").pk
    return {"came": [teacher], "shown": str(teacher)}


def period_2020(world: World) -> dict[str, Any]:
    return {"period": "2020"}


def texts(world: World) -> dict[str, Any]:
    return {"problems": "Не хватает учителей"}


def said(world: World) -> dict[str, Any]:
    return {"text": "Когда будет протокол?"}


def view(world: World) -> dict[str, Any]:
    return {"name": "Просроченные", "view": "rows", "query": "status=late"}


def why(world: World) -> dict[str, Any]:
    return {"reason": "Перенесено приказом"}


def chosen(world: World) -> dict[str, Any]:
    return {"action": "cancel", "row": f"{world.row('activity').pk}:1"}


def nothing(world: World) -> dict[str, Any]:
    return {"title": ""}


def yes(world: World) -> dict[str, Any]:
    return {"accept": "1", "version": "1"}


def taken_on(world: World) -> dict[str, Any]:
    return {"do": "answer", "text": "Сделано", "version": "1"}


def off_control(world: World) -> dict[str, Any]:
    return {"do": "withdraw", "reason": "Заменено другим приказом", "version": "1"}


def agreed(world: World) -> dict[str, Any]:
    return {"do": "agree", "version": "1"}


def risks(world: World) -> dict[str, Any]:
    """What is stored already: nothing changes, and nothing is in the way."""
    stored = lines_of(world.row("programme"), Part.RISKS)
    return {"do": "save", "seen": seal(stored), "lines": "1", "line-0-text": stored[0]["text"]}


def rule(world: World) -> dict[str, Any]:
    return {"within": "any", "between": "all"}


ALL_SITTINGS, SITTING = {"register": "sittings"}, {"register": "sittings", "pk": "sitting"}
NOT_ENOUGH, TO_SCHOOL = {"pk": "answered_request", "to": "ask_more"}, {"pk": "help_request", "to": "return"}
ALL_AGREEMENTS, AGREEMENT = {"register": "agreements"}, {"register": "agreements", "pk": "agreement"}
ALL_ENCOURAGEMENTS = {"register": "encouragements"}
ENCOURAGEMENT = {"register": "encouragements", "pk": "encouragement"}
REQUEST = {"pk": "seminar", "school": "school"}
NAZAROVO = "?municipality=nazarovo"
CSV = "?format=csv"
XLSX_2020 = "?format=xlsx&year=2020"
RISKS = "risks"
OGE_9 = {"procedure": "oge", "subject": "mathematics", "grade": "9", "wave": "main"}


def in_parts(rows: list[Row]) -> list[list[Row]]:
    """A world takes longer to make than a row to try, so several share one."""
    return [rows[start : start + ROWS_A_WORLD] for start in range(0, len(rows), ROWS_A_WORLD)]


def name_of(rows: list[Row]) -> str:
    return f"{rows[0].name} … {rows[-1].name}"


ROWS = [
    # name, method, answers to                                ano out vie men cur nei met dep
    # --- accounts: logging in
    row("account_login", "get", "                             200 302 302 302 302 302 302 302"),
    row("account_login", "post", "                            200 302 302 302 302 302 302 302"),
    row("account_logout", "get", "                            302 200 200 200 200 200 200 200"),
    row("account_logout", "post", "                           302 302 302 302 302 302 302 302"),
    row("account_inactive", "get", "                          200 200 200 200 200 200 200 200"),
    row("account_signup", "get", "                            200 302 302 302 302 302 302 302"),
    row("account_signup", "post", "                           200 302 302 302 302 302 302 302"),
    row("account_change_password", "get", "                   302 200 200 200 200 200 200 200"),
    row("account_change_password", "post", "                  302 200 200 200 200 200 200 200"),
    row("account_reset_password", "get", "                    200 200 200 200 200 200 200 200"),
    row("account_reset_password", "post", "                   200 200 200 200 200 200 200 200"),
    row("account_reset_password_done", "get", "               200 200 200 200 200 200 200 200"),
    row("account_reset_password_from_key", "get", "           200 200 200 200 200 200 200 200", uidb36="1", key="x-y"),
    row("account_reset_password_from_key", "post", "          200 200 200 200 200 200 200 200", uidb36="1", key="x-y"),
    row("account_reset_password_from_key_done", "get", "      200 200 200 200 200 200 200 200"),
    # --- accounts: people, jobs, help
    row("accounts:people", "get", "                           302 200 403 403 403 403 403 200"),
    row("accounts:people", "get", "                           302 404 403 403 403 403 403 200", query=NAZAROVO),
    row("accounts:invite", "get", "                           302 200 403 403 403 403 403 200"),
    row("accounts:invite", "post", "                          302 200 403 403 403 403 403 200"),
    row("accounts:invite", "post", "                          302 404 403 403 403 403 403 200", query=NAZAROVO),
    row("accounts:invite_again", "post", "                    302 404 404 404 404 404 404 302", pk="membership"),
    row("accounts:end_membership", "post", "                  302 404 404 404 404 404 404 302", pk="membership"),
    row("accounts:jobs", "get", "                             302 200 403 403 403 403 200 200"),
    row("accounts:jobs", "get", "                             302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("accounts:cancel_job", "post", "                      302 404 404 404 404 404 302 302", pk="job"),
    row("accounts:do_job_again", "post", "                    302 404 404 404 404 404 302 302", pk="job"),
    row("accounts:job", "get", "                              302 404 404 404 404 404 200 200", pk="job"),
    row("accounts:help", "get", "                             302 200 200 200 200 200 200 200"),
    # --- schools
    row("schools:list", "get", "                              302 200 200 200 200 200 200 200"),
    row("schools:list", "get", "                              302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("schools:take_list", "post", "                        302 200 403 403 403 403 200 200"),
    row("schools:take_list", "post", "                        302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("schools:school", "get", "                            302 404 200 200 200 404 200 200", pk="school"),
    row("schools:school", "get", "                            302 404 200 200 404 404 200 200", pk="small"),
    row("schools:edit", "get", "                              302 404 403 403 403 404 200 200", pk="school"),
    row("schools:edit", "post", "                             302 404 403 403 403 404 200 200", pk="school"),
    row("schools:identification", "get", "                    302 200 200 200 200 200 200 200"),
    row("schools:identification", "get", "                    302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("schools:identification", "post", "                   302 200 403 403 403 403 200 200"),
    row("schools:identification", "post", "                   302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("schools:take_identification", "post", "              302 200 403 403 403 403 200 200"),
    row("schools:take_identification", "post", "              302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("schools:identification_template", "get", "           302 200 403 403 403 403 200 200"),
    row("schools:identification_template", "get", "           302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("schools:leave_category_empty", "post", "             302 200 403 403 403 403 200 200"),
    row("schools:leave_category_empty", "post", "             302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("schools:forget_empty_category", "post", "            302 404 403 403 403 403 302 302", pk="empty_category"),
    row("schools:remove_identification", "post", "            302 404 403 403 403 404 302 302", pk="identification"),
    row("schools:risks", "get", "                             302 200 200 200 200 200 200 200"),
    row("schools:risks", "get", "                             302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("schools:undecided_risks", "get", "                   302 200 200 200 200 200 200 200"),
    row("schools:undecided_risks", "get", "                   302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("schools:risk_factors", "get", "                      302 200 200 200 200 200 200 200"),
    row("schools:risk_factors", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("schools:take_risk_factors", "post", "                302 302 403 403 403 403 302 302"),
    row("schools:take_risk_factors", "post", "                302 404 403 403 403 403 302 302", query=NAZAROVO),
    row("schools:new_risk_factor", "get", "                   302 200 403 403 403 403 200 200"),
    row("schools:new_risk_factor", "get", "                   302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("schools:new_risk_factor", "post", "                  302 200 403 403 403 403 200 200"),
    row("schools:risk_factor", "get", "                       302 404 403 403 403 403 200 200", pk="risk_factor"),
    row("schools:risk_factor", "post", "                      302 404 403 403 403 403 200 200", pk="risk_factor"),
    row("schools:delete_risk_factor", "post", "               302 404 403 403 403 403 302 302", pk="risk_factor"),
    row("schools:school_risks", "get", "                      302 404 200 200 200 404 200 200", pk="school"),
    row("schools:assess_risks", "get", "                      302 404 403 403 403 404 200 200", pk="school"),
    row("schools:assess_risks", "post", "                     302 404 403 403 403 404 200 200", pk="school"),
    row("schools:school_risk", "get", "                       302 404 200 200 200 404 200 200", pk="risk"),
    row("schools:check_risk", "post", "                       302 404 403 403 200 404 403 403", pk="risk"),
    row("schools:decide_risk", "post", "                      302 404 403 403 403 404 200 200", pk="risk"),
    # --- indicators
    row("indicators:statistics", "get", "                     302 200 200 200 200 200 200 200"),
    row("indicators:statistics", "get", "                     302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("indicators:statistics", "post", "                    302 302 403 403 302 302 302 302"),
    row("indicators:statistics", "post", "                    302 404 403 403 302 302 302 302", query=NAZAROVO),
    row("indicators:take_statistics", "post", "               302 200 403 403 200 200 200 200"),
    row("indicators:take_statistics", "post", "               302 404 403 403 200 200 200 200", query=NAZAROVO),
    row("indicators:statistics_template", "get", "            302 200 403 403 200 200 200 200"),
    row("indicators:statistics_template", "get", "            302 404 403 403 200 200 200 200", query=NAZAROVO),
    row("indicators:new_kind", "get", "                       302 200 403 403 403 403 200 200"),
    row("indicators:new_kind", "get", "                       302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("indicators:new_kind", "post", "                      302 200 403 403 403 403 200 200"),
    row("indicators:edit_kind", "get", "                      302 404 403 403 403 403 200 200", pk="own_kind"),
    row("indicators:edit_kind", "post", "                     302 404 403 403 403 403 200 200", pk="own_kind"),
    row("indicators:remove_kind", "post", "                   302 404 403 403 403 403 302 302", pk="own_kind"),
    row("indicators:new", "get", "                            302 200 403 403 403 403 200 200"),
    row("indicators:new", "get", "                            302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("indicators:new", "get", "                            302 200 403 403 403 403 200 200", query="?example=risen"),
    row("indicators:new", "post", "                           302 200 403 403 403 403 200 200"),
    row("indicators:edit", "get", "                           302 404 403 403 403 403 200 200", pk="indicator"),
    row("indicators:edit", "post", "                          302 404 403 403 403 403 200 200", pk="indicator"),
    row("indicators:delete", "post", "                        302 404 403 403 403 403 302 302", pk="indicator"),
    row("indicators:list", "get", "                           302 200 200 200 200 200 200 200"),
    row("indicators:list", "get", "                           302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("indicators:indicator", "get", "                      302 404 200 200 200 200 200 200", pk="indicator"),
    row("indicators:indicator", "get", " 302 404 200 200 200 200 200 200", pk="indicator", query=CSV),
    row("indicators:plan", "get", "                           302 200 200 200 200 200 200 200"),
    row("indicators:plan", "get", "                           302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("indicators:plan", "post", "                          302 200 403 403 403 403 200 200"),
    row("indicators:plan", "post", "                          302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("indicators:plan_template", "get", "                  302 200 403 403 403 403 200 200"),
    row("indicators:plan_template", "get", "                  302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("indicators:take_plan", "post", "                     302 200 403 403 403 403 200 200"),
    row("indicators:take_plan", "post", "                     302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("indicators:take_baselines", "post", "                302 302 403 403 403 403 302 302"),
    row("indicators:take_baselines", "post", "                302 404 403 403 403 403 302 302", query=NAZAROVO),
    row("indicators:confirm_plan", "post", "                  302 200 403 403 403 403 200 200"),
    row("indicators:confirm_plan", "post", "                  302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("indicators:plan_editions", "get", "                  302 200 200 200 200 200 200 200"),
    row("indicators:plan_editions", "get", "                  302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("indicators:plan_ledger", "get", "                    302 200 200 200 200 200 200 200"),
    row("indicators:plan_ledger", "get", "                    302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("indicators:school_plan", "get", "                    302 404 200 200 200 200 200 200", pk="indicator"),
    row("indicators:school_plan", "post", "                   302 404 403 403 403 403 200 200", pk="indicator"),
    row("indicators:confirm_plan_version", "post", "          302 404 403 403 403 403 302 302", pk="indicator"),
    row("indicators:school_plan_template", "get", "           302 404 403 403 403 403 200 200", pk="indicator"),
    row("indicators:take_school_plan", "post", "              302 404 403 403 403 403 200 200", pk="indicator"),
    row("indicators:take_school_baselines", "post", "         302 404 403 403 403 403 302 302", pk="indicator"),
    row("indicators:school_plan_editions", "get", "           302 404 200 200 200 200 200 200", pk="indicator"),
    row("indicators:school_indicators", "get", "              302 404 200 200 200 404 200 200", pk="school"),
    row("indicators:school_indicators", "get", "              302 404 200 200 404 404 200 200", pk="small"),
    # --- mentoring
    row("mentoring:pairings", "get", "                      302 200 200 200 200 200 200 200"),
    row("mentoring:pairings", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:pairings", "get", "                      302 200 200 200 200 200 200 200", query=CSV),
    row("mentoring:new_pairing", "get", "                   302 200 403 403 403 403 200 200"),
    row("mentoring:new_pairing", "get", "                   302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("mentoring:new_pairing", "post", "                  302 200 403 403 403 403 200 200"),
    row("mentoring:pairing", "get", "                       302 404 200 200 200 404 200 200", pk="pairing"),
    row("mentoring:edit_pairing", "get", "                  302 404 403 403 403 404 200 200", pk="pairing"),
    row("mentoring:edit_pairing", "post", "                 302 404 403 403 403 404 200 200", pk="pairing"),
    row("mentoring:end_pairing", "get", "                   302 404 403 403 403 404 200 200", pk="pairing"),
    row("mentoring:end_pairing", "post", "                  302 404 403 403 403 404 200 200", pk="pairing"),
    row("mentoring:resume_pairing", "get", "                302 404 403 403 403 404 200 200", pk="pairing"),
    row("mentoring:resume_pairing", "post", "               302 404 403 403 403 404 200 200", pk="pairing"),
    row("mentoring:remove_pairing", "get", "                302 404 403 403 403 404 200 200", pk="pairing"),
    row("mentoring:remove_pairing", "post", "               302 404 403 403 403 404 302 302", pk="pairing"),
    row("mentoring:plan", "get", "                          302 404 200 200 200 404 200 200", pk="pairing"),
    row("mentoring:new_plan", "get", "                      302 404 403 403 200 404 200 200", pk="pairing"),
    row("mentoring:new_plan", "post", "                     302 404 403 403 200 404 200 200", pk="pairing"),
    row("mentoring:edit_plan", "get", "                     302 404 403 403 200 404 200 200", pk="pairing"),
    row("mentoring:edit_plan", "post", "                    302 404 403 403 200 404 200 200", pk="pairing"),
    row("mentoring:new_step", "get", "                      302 404 403 403 200 404 200 200", pk="pairing"),
    row("mentoring:new_step", "post", "                     302 404 403 403 200 404 200 200", pk="pairing"),
    row("mentoring:edit_step", "get", "                     302 404 403 403 200 404 200 200", pk="step"),
    row("mentoring:edit_step", "post", "                    302 404 403 403 200 404 200 200", pk="step"),
    row("mentoring:overrule_step", "get", "                 302 404 403 403 200 404 200 200", pk="step"),
    row("mentoring:overrule_step", "post", "                302 404 403 403 200 404 200 200", pk="step"),
    row("mentoring:move_step", "post", "                    302 404 403 403 302 404 302 302", pk="step"),
    row("mentoring:remove_step", "get", "                   302 404 403 403 200 404 200 200", pk="step"),
    row("mentoring:remove_step", "post", "                  302 404 403 403 302 404 302 302", pk="step"),
    row("mentoring:mine", "get", "                          302 200 200 200 200 200 200 200"),
    row("mentoring:mine", "get", "                          302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:meetings", "get", "                      302 200 200 200 200 200 200 200"),
    row("mentoring:meetings", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:meetings", "get", "                      302 200 200 200 200 200 200 200", query=CSV),
    row("mentoring:pairing_meetings", "get", "              302 404 200 200 200 404 200 200", pk="pairing"),
    row("mentoring:new_meeting", "get", "                   302 404 403 403 200 404 403 403", pk="pairing"),
    row("mentoring:new_meeting", "post", "                  302 404 403 403 200 404 403 403", pk="pairing"),
    row("mentoring:meeting", "get", "                       302 404 200 200 200 404 200 200", pk="meeting"),
    row("mentoring:meeting", "get", "                       302 404 200 200 200 404 200 200", pk="own_meeting"),
    row("mentoring:edit_meeting", "get", "                  302 404 403 403 403 404 403 403", pk="meeting"),
    row("mentoring:edit_meeting", "get", "                  302 404 403 403 200 404 403 403", pk="own_meeting"),
    row("mentoring:edit_meeting", "post", "                 302 404 403 403 200 404 403 403", pk="own_meeting"),
    row("mentoring:remove_meeting", "get", "                302 404 403 403 200 404 403 403", pk="own_meeting"),
    row("mentoring:remove_meeting", "post", "               302 404 403 403 302 404 403 403", pk="own_meeting"),
    row("mentoring:lesson", "get", "                        302 404 403 403 200 404 403 403", pk="own_meeting"),
    row("mentoring:lesson", "post", "                       302 404 403 403 200 404 403 403", pk="own_meeting"),
    row("mentoring:confirm_meeting", "post", "              302 404 403 403 302 404 403 403", pk="meeting"),
    row("mentoring:confirm_meeting", "post", "              302 404 403 403 403 404 302 302", pk="own_meeting"),
    row("mentoring:dispute_meeting", "post", "              302 404 403 403 200 404 403 403", pk="meeting"),
    row("mentoring:add_files", "post", "                    302 404 403 403 200 404 403 403", pk="own_meeting"),
    row("mentoring:file", "get", "                          302 404 404 404 200 404 200 200", pk="meeting_file"),
    row("mentoring:file_preview", "get", "                  302 404 404 404 200 404 200 200", pk="meeting_file"),
    row("mentoring:delete_file", "post", "                  302 404 404 404 302 404 403 403", pk="meeting_file"),
    row("mentoring:proposal", "get", "                      302 200 403 403 403 403 200 200"),
    row("mentoring:proposal", "get", "                      302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("mentoring:requests", "get", "                      302 200 200 200 200 200 200 200"),
    row("mentoring:requests", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:requests", "get", "                      302 200 200 200 200 200 200 200", query=CSV),
    row("mentoring:new_request", "get", "                   302 200 403 403 200 200 200 200"),
    row("mentoring:new_request", "get", "                   302 404 403 403 200 200 200 200", query=NAZAROVO),
    row("mentoring:new_request", "post", "                  302 200 403 403 200 200 200 200"),
    row("mentoring:request", "get", "                       302 404 404 404 200 404 200 200", pk="help_request"),
    row("mentoring:request", "get", "                       302 404 404 404 200 404 200 200", pk="answered_request"),
    row("mentoring:edit_request", "get", "                  302 404 404 404 200 404 403 403", pk="help_request"),
    row("mentoring:edit_request", "post", "                 302 404 404 404 200 404 403 403", pk="help_request"),
    row("mentoring:assign_request", "get", "                302 404 404 404 403 404 200 200", pk="help_request"),
    row("mentoring:assign_request", "post", "               302 404 404 404 403 404 200 200", pk="help_request"),
    row("mentoring:answer_request", "get", "                302 404 404 404 403 404 200 200", pk="help_request"),
    row("mentoring:answer_request", "post", "               302 404 404 404 403 404 200 200", pk="help_request"),
    row("mentoring:move_request", "get", "                  302 404 404 404 200 404 403 403", **NOT_ENOUGH),
    row("mentoring:move_request", "post", "                 302 404 404 404 200 404 403 403", **NOT_ENOUGH),
    row("mentoring:move_request", "get", "                  302 404 404 404 403 404 200 200", **TO_SCHOOL),
    row("mentoring:close_request", "post", "                302 404 404 404 302 404 302 302", pk="answered_request"),
    row("mentoring:pool", "get", "                          302 200 200 200 200 200 200 200"),
    row("mentoring:pool", "get", "                          302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:new_mentor", "get", "                    302 200 403 403 403 403 200 200"),
    row("mentoring:new_mentor", "get", "                    302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("mentoring:new_mentor", "post", "                   302 200 403 403 403 403 200 200"),
    row("mentoring:edit_mentor", "get", "                   302 404 403 403 403 403 200 200", pk="mentor"),
    row("mentoring:edit_mentor", "post", "                  302 404 403 403 403 403 200 200", pk="mentor"),
    row("mentoring:events", "get", "                        302 200 200 200 200 200 200 200"),
    row("mentoring:events", "get", "                        302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:events", "get", "                        302 200 200 200 200 200 200 200", query="?when=all"),
    row("mentoring:event_calendar", "get", "                302 200 200 200 200 200 200 200"),
    row("mentoring:event_calendar", "get", "                302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:event_calendar", "get", "                302 200 200 200 200 200 200 200", query="?month=2020-10"),
    row("mentoring:participation", "get", "                 302 200 200 200 200 200 200 200", query="?year=2020"),
    row("mentoring:participation", "get", "                 302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:participation", "get", "                 302 200 200 200 200 200 200 200", query=CSV),
    row("mentoring:new_event", "get", "                     302 200 403 403 403 403 200 200"),
    row("mentoring:new_event", "get", "                     302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("mentoring:new_event", "post", "                    302 200 403 403 403 403 200 200"),
    row("mentoring:event", "get", "                         302 404 200 200 200 200 200 200", pk="event"),
    row("mentoring:event", "get", "                         302 404 200 200 200 404 200 200", pk="own_event"),
    row("mentoring:edit_event", "get", "                    302 404 403 403 403 403 200 200", pk="event_ahead"),
    row("mentoring:edit_event", "get", "                    302 404 403 403 403 403 302 302", pk="event"),
    row("mentoring:edit_event", "post", "                   302 404 403 403 403 403 200 200", pk="event_ahead"),
    row("mentoring:announce_event", "post", "               302 404 403 403 403 403 302 302", pk="event_ahead"),
    row("mentoring:hold_event", "post", "                   302 404 403 403 403 403 302 302", pk="event_ahead"),
    row("mentoring:call_off_event", "post", "               302 404 403 403 403 403 200 200", pk="event_ahead"),
    row("mentoring:put_back_event", "post", "               302 404 403 403 403 403 302 302", pk="event"),
    row("mentoring:remove_event", "get", "                  302 404 403 403 403 403 200 200", pk="event_ahead"),
    row("mentoring:remove_event", "post", "                 302 404 403 403 403 403 302 302", pk="event_ahead"),
    row("mentoring:report_event", "post", "                 302 404 403 403 403 403 302 302", pk="event"),
    row("mentoring:attendance", "get", "                    302 404 403 403 200 200 200 200", pk="event"),
    row("mentoring:attendance", "get", "                    302 404 403 403 200 404 200 200", pk="own_event"),
    row("mentoring:attendance", "get", "                    302 404 403 403 403 403 403 403", pk="event_ahead"),
    row("mentoring:attendance", "post", "                   302 404 403 403 302 404 302 302", pk="own_event"),
    row("mentoring:attendance_names", "get", "              302 404 403 403 200 404 200 200", **NAMES),
    row("mentoring:attendance_names", "post", "             302 404 403 403 302 404 302 302", data=named, **NAMES),
    row("mentoring:event_ics", "get", "                     302 404 200 200 200 200 200 200", pk="event"),
    row("mentoring:event_ics", "get", "                     302 404 200 200 200 404 200 200", pk="own_event"),
    row("mentoring:scores", "get", "                          302 200 200 403 403 403 200 200", query="?year=2020"),
    row("mentoring:scores", "get", "                          302 404 200 403 403 403 200 200", query=NAZAROVO),
    row("mentoring:help_monitoring", "get", "                 302 200 200 403 200 200 200 200", query="?year=2020"),
    row("mentoring:help_monitoring", "get", "                 302 404 200 403 200 200 200 200", query=NAZAROVO),
    row("mentoring:help_monitoring", "get", "                 302 200 200 403 200 200 200 200", query=XLSX_2020),
    row("mentoring:begin_scores", "post", "                   302 302 403 403 403 403 302 302", kind="centre"),
    row("mentoring:begin_scores", "post", " 302 404 403 403 403 403 302 302", kind="monitoring", query=NAZAROVO),
    row("mentoring:take_criteria", "post", "                  302 302 403 403 403 403 403 302"),
    row("mentoring:take_criteria", "post", "                  302 404 403 403 403 403 403 302", query=NAZAROVO),
    row("mentoring:criteria", "get", "                        302 200 200 403 200 200 200 200", kind="monitoring"),
    row("mentoring:criteria", "get", " 302 404 200 403 200 200 200 200", kind="centre", query=NAZAROVO),
    row("mentoring:edit_criteria", "get", "                   302 200 403 403 403 403 403 200", kind="centre"),
    row("mentoring:edit_criteria", "get", " 302 404 403 403 403 403 403 200", kind="centre", query=NAZAROVO),
    row("mentoring:edit_criteria", "post", "                  302 200 403 403 403 403 403 200", kind="centre"),
    row("mentoring:score_sheet", "get", "                     302 404 200 404 404 404 200 200", pk="score_sheet"),
    row("mentoring:score_sheet", "get", "                     302 404 404 404 404 404 200 200", pk="score_draft"),
    row("mentoring:score_sheet", "get", "                     302 404 200 404 200 404 200 200", pk="school_sheet"),
    row("mentoring:edit_scores", "get", "                     302 404 404 404 404 404 200 200", pk="score_draft"),
    row("mentoring:edit_scores", "get", "                     302 404 403 404 404 404 302 302", pk="score_sheet"),
    row("mentoring:edit_scores", "post", "                    302 404 404 404 404 404 200 200", pk="score_draft"),
    row("mentoring:remove_scores", "get", "                   302 404 404 404 404 404 200 200", pk="score_draft"),
    row("mentoring:remove_scores", "post", "                  302 404 404 404 404 404 302 302", pk="score_draft"),
    row("mentoring:remove_scores", "get", "                   302 404 403 404 404 404 302 302", pk="score_sheet"),
    row("mentoring:renew_scores", "post", "                   302 404 404 404 404 404 302 302", pk="score_draft"),
    row("mentoring:confirm_scores", "post", "                 302 404 404 404 404 404 403 302", pk="score_draft"),
    row("mentoring:confirm_scores", "post", "                 302 404 403 404 403 404 302 302", pk="school_sheet"),
    row("mentoring:take_back_scores", "post", "               302 404 403 404 404 404 403 200", pk="score_sheet"),
    row("mentoring:take_back_scores", "post", "               302 404 403 404 403 404 200 200", pk="school_sheet"),
    row("mentoring:add_score_files", "post", "                302 404 404 404 404 404 200 200", pk="score_draft"),
    row("mentoring:score_file", "get", "                      302 404 200 404 404 404 200 200", pk="score_file"),
    row("mentoring:score_file_preview", "get", "              302 404 200 404 404 404 200 200", pk="score_file"),
    row("mentoring:delete_score_file", "post", "              302 404 403 404 404 404 302 302", pk="score_file"),
    row("mentoring:practices", "get", "                     302 200 200 200 200 200 200 200"),
    row("mentoring:practices", "get", "                     302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:new_practice", "get", "                  302 200 403 403 200 200 200 200"),
    row("mentoring:new_practice", "get", "                  302 404 403 403 200 200 200 200", query=NAZAROVO),
    row("mentoring:new_practice", "post", "                 302 200 403 403 200 200 200 200"),
    row("mentoring:practice", "get", "                      302 404 404 404 200 404 200 200", pk="practice"),
    row("mentoring:edit_practice", "get", "                 302 404 404 404 200 404 200 200", pk="practice"),
    row("mentoring:edit_practice", "post", "                302 404 404 404 200 404 200 200", pk="practice"),
    row("mentoring:publish_practice", "post", "             302 404 404 404 403 404 302 302", pk="practice"),
    row("mentoring:return_practice", "post", "              302 404 404 404 403 404 200 200", pk="practice"),
    row("mentoring:assign_expert", "post", "                302 404 404 404 403 404 200 200", pk="practice"),
    row("mentoring:practice_review", "get", "               302 404 404 404 404 404 200 200", pk="practice_review"),
    row("mentoring:practice_review", "post", "              302 404 404 404 404 404 403 403", pk="practice_review"),
    row("mentoring:take_off_expert", "post", "              302 404 404 404 404 404 302 302", pk="practice_review"),
    row("mentoring:practice_events", "get", "               302 404 404 404 200 404 200 200", pk="practice"),
    row("mentoring:practice_events", "post", "              302 404 404 404 302 404 302 302", pk="practice"),
    row("mentoring:remove_practice", "get", "               302 404 404 404 200 404 200 200", pk="practice"),
    row("mentoring:remove_practice", "post", "              302 404 404 404 302 404 302 302", pk="practice"),
    row("mentoring:add_practice_files", "post", "           302 404 404 404 200 404 200 200", pk="practice"),
    row("mentoring:practice_file", "get", "                 302 404 404 404 200 404 200 200", pk="practice_file"),
    row("mentoring:practice_file_preview", "get", "         302 404 404 404 200 404 200 200", pk="practice_file"),
    row("mentoring:delete_practice_file", "post", "         302 404 404 404 302 404 302 302", pk="practice_file"),
    row("mentoring:seminars", "get", "                      302 200 200 200 200 200 200 200"),
    row("mentoring:seminars", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:seminar", "get", "                       302 404 200 200 200 200 200 200", pk="seminar"),
    row("mentoring:new_seminar", "get", "                   302 200 403 403 403 403 200 200"),
    row("mentoring:new_seminar", "get", "                   302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("mentoring:new_seminar", "post", "                  302 200 403 403 403 403 200 200"),
    row("mentoring:edit_seminar", "get", "                  302 404 403 403 403 403 200 200", pk="seminar"),
    row("mentoring:edit_seminar", "post", "                 302 404 403 403 403 403 200 200", pk="seminar"),
    row("mentoring:new_offer", "get", "                     302 404 403 403 403 403 200 200", pk="seminar"),
    row("mentoring:new_offer", "post", "                    302 404 403 403 403 403 200 200", pk="seminar"),
    row("mentoring:edit_offer", "get", "                    302 404 403 403 403 403 200 200", pk="offer"),
    row("mentoring:edit_offer", "post", "                   302 404 403 403 403 403 200 200", pk="offer"),
    row("mentoring:delete_offer", "post", "                 302 404 403 403 403 403 302 302", pk="offer"),
    row("mentoring:adopt_topic", "post", "                  302 404 403 403 403 403 302 302", pk="seminar"),
    row("mentoring:seminar_request", "get", "               302 404 403 403 200 404 200 200", **REQUEST),
    row("mentoring:seminar_request", "post", "              302 404 403 403 302 404 302 302", **REQUEST),
    row("mentoring:build_programme", "post", "              302 404 403 403 403 403 302 302", **REQUEST),
    row("mentoring:seminar_programme", "get", "             302 404 404 404 200 404 200 200", pk="seminar_programme"),
    row("mentoring:seminar_programme", "get", "             302 404 404 404 404 404 200 200", pk="draft_programme"),
    row("mentoring:edit_seminar_programme", "get", "        302 404 404 404 404 404 200 200", pk="draft_programme"),
    row("mentoring:edit_seminar_programme", "post", "       302 404 404 404 404 404 200 200", pk="draft_programme"),
    row("mentoring:edit_seminar_programme", "get", "        302 404 404 404 403 404 302 302", pk="seminar_programme"),
    row("mentoring:approve_seminar_programme", "post", "    302 404 404 404 404 404 302 302", pk="draft_programme"),
    row("mentoring:school", "get", "                        302 404 200 200 200 404 200 200", pk="school"),
    row("mentoring:teachers", "get", "                      302 404 403 403 200 404 200 200", pk="school"),
    row("mentoring:new_teacher", "get", "                   302 404 403 403 200 404 200 200", pk="school"),
    row("mentoring:new_teacher", "post", "                  302 404 403 403 200 404 200 200", pk="school"),
    row("mentoring:edit_teacher", "get", "                  302 404 404 404 200 404 200 200", pk="teacher"),
    row("mentoring:edit_teacher", "post", "                 302 404 404 404 200 404 200 200", pk="teacher"),
    row("mentoring:staff", "get", "                   302 200 200 200 200 200 200 200"),
    row("mentoring:staff", "get", "                   302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:teacher", "get", "                 302 404 404 404 200 404 200 200", pk="teacher"),
    row("mentoring:teacher_history", "get", "         302 404 404 404 200 404 200 200", pk="teacher"),
    *(
        row("mentoring:new_record", method, "              302 404 404 404 200 404 200 200", pk="teacher", record=kept)
        for kept in ("deficits", "competence")
        for method in ("get", "post")
    ),
    *(
        row("mentoring:edit_record", "get", "  302 404 404 404 200 404 200 200", pk=pk, record=kept)
        for kept, pk in OF_TEACHER.items()
    ),
    row("mentoring:edit_record", "post", "  302 404 404 404 200 404 200 200", pk="course", record="courses"),
    row("mentoring:new_development_step", "get", "    302 404 404 404 200 404 200 200", pk="development_plan"),
    row("mentoring:new_development_step", "post", "   302 404 404 404 200 404 200 200", pk="development_plan"),
    row("mentoring:remove_record", "get", "  302 404 404 404 200 404 200 200", pk="course", record="courses"),
    row("mentoring:remove_record", "post", "  302 404 404 404 302 404 302 302", pk="course", record="courses"),
    row("mentoring:support_report", "get", "          302 404 404 404 200 404 200 200", pk="support_report"),
    row("mentoring:staffing", "get", "                      302 200 200 200 200 200 200 200"),
    row("mentoring:staffing", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("mentoring:staffing", "get", "                      302 200 200 200 200 200 200 200", query=CSV),
    row("mentoring:school_staffing", "get", "               302 404 403 403 200 404 200 200", pk="school"),
    row("mentoring:new_staffing", "get", "                  302 404 403 403 200 404 200 200", pk="school"),
    row("mentoring:new_staffing", "post", "                 302 404 403 403 200 404 200 200", pk="school"),
    row("mentoring:copy_staffing", "post", "                302 404 403 403 302 404 302 302", pk="school"),
    row("mentoring:edit_staffing", "get", "                 302 404 404 404 200 404 200 200", pk="staffing"),
    row("mentoring:edit_staffing", "post", "                302 404 404 404 200 404 200 200", pk="staffing"),
    row("mentoring:remove_staffing", "get", "               302 404 404 404 200 404 200 200", pk="staffing"),
    row("mentoring:remove_staffing", "post", "              302 404 404 404 302 404 302 302", pk="staffing"),
    row("mentoring:reserve", "get", "                       302 200 403 403 403 403 200 200"),
    row("mentoring:reserve", "get", "                       302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("mentoring:reserve_candidate", "get", "             302 404 404 404 404 404 200 200", pk="reserve_candidate"),
    row("mentoring:reserve_programme", "get", "             302 404 404 404 404 404 200 200", pk="reserve_programme"),
    row("mentoring:enrol", "get", "                         302 404 404 404 404 404 200 200", pk="reserve_programme"),
    row("mentoring:enrol", "post", "                        302 404 404 404 404 404 200 200", pk="reserve_programme"),
    *(
        row("mentoring:new_reserve_record", method, "       302 200 403 403 403 403 200 200", record=kept)
        for kept, method in (("candidates", "get"), ("vacancies", "get"), ("rotations", "post"))
    ),
    *(
        row("mentoring:edit_reserve_record", "get", "       302 404 404 404 404 404 200 200", pk=pk, record=kept)
        for kept, pk in OF_RESERVE.items()
    ),
    *(
        row(f"mentoring:{verb}_reserve_record", method, f"  302 404 404 404 404 404 {good} {good}", **VACANCY)
        for verb, method, good in (("edit", "post", 200), ("remove", "get", 200), ("remove", "post", 302))
    ),
    # --- monitoring
    row("home", "get", "                                      302 200 200 200 200 200 200 200"),
    row("home", "get", "                                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:school_results", "get", "                 302 404 200 200 200 404 200 200", pk="school"),
    row("monitoring:school_results", "get", "                 302 404 200 200 404 404 200 200", pk="small"),
    row("monitoring:school_comparison", "get", "              302 404 200 200 200 404 200 200", pk="school"),
    row("monitoring:school_comparison", "get", "              302 404 200 200 404 404 200 200", pk="small"),
    row("monitoring:heat_map", "get", "                       302 200 200 200 200 200 200 200"),
    row("monitoring:heat_map", "get", "                       302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:courses", "get", "                        302 200 200 200 200 200 200 200"),
    row("monitoring:courses", "get", "                        302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:participation", "get", "                  302 200 200 200 200 200 200 200"),
    row("monitoring:participation", "get", "                  302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:weak_topics", "get", "                    302 200 200 200 200 200 200 200"),
    row("monitoring:weak_topics", "get", "                    302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:topics", "get", " 302 200 403 403 403 403 200 200", **OGE_9, query="?year=2020"),
    row("monitoring:topics", "get", " 302 404 403 403 403 403 200 200", **OGE_9, query=f"{NAZAROVO}&year=2020"),
    row("monitoring:topics", "post", " 302 302 403 403 403 403 302 302", **OGE_9, query="?year=2020"),
    row("monitoring:topics", "post", " 302 404 403 403 403 403 302 302", **OGE_9, query=f"{NAZAROVO}&year=2020"),
    row("monitoring:summary", "get", "                        302 200 200 200 403 403 200 200"),
    row("monitoring:summary", "get", "                        302 404 200 200 403 403 200 200", query=NAZAROVO),
    row("monitoring:summary", "post", "                       302 302 403 403 403 403 302 302", data=rule),
    row("monitoring:summary", "post", " 302 404 403 403 403 403 302 302", data=rule, query=NAZAROVO),
    row("monitoring:staff", "get", "                          302 200 200 200 403 403 200 200"),
    row("monitoring:staff", "get", "                          302 404 200 200 403 403 200 200", query=NAZAROVO),
    row("monitoring:groups", "get", "                         302 200 200 200 403 403 200 200"),
    row("monitoring:groups", "get", "                         302 404 200 200 403 403 200 200", query=NAZAROVO),
    row("monitoring:early_warning", "get", "                  302 200 200 200 403 403 200 200"),
    row("monitoring:early_warning", "get", "                  302 404 200 200 403 403 200 200", query=NAZAROVO),
    row("monitoring:audit", "get", "                          302 200 403 403 403 403 200 200"),
    row("monitoring:audit", "get", "                          302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:audit", "post", "                         302 302 403 403 403 403 302 302"),
    row("monitoring:audit", "post", "                         302 404 403 403 403 403 302 302", query=NAZAROVO),
    row("monitoring:mark_results", "get", "                   302 404 403 403 403 404 200 200", pk="school"),
    row("monitoring:mark_results", "post", "                  302 404 403 403 403 404 200 200", pk="school"),
    row("monitoring:objectivity", "get", "                    302 200 200 200 200 200 200 200"),
    row("monitoring:objectivity", "get", "                    302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:take_objectivity_list", "post", "         302 200 403 403 403 403 200 200"),
    row("monitoring:take_objectivity_list", "post", "         302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:confirm_objectivity_list", "post", "      302 302 403 403 403 403 302 302"),
    row("monitoring:confirm_objectivity_list", "post", "      302 404 403 403 403 403 302 302", query=NAZAROVO),
    row("monitoring:lift_flag", "get", "                      302 404 403 403 403 404 200 200", pk="flag"),
    row("monitoring:lift_flag", "post", "                     302 404 403 403 403 404 200 200", pk="flag"),
    row("monitoring:why", "get", "                            302 404 200 200 200 200 200 200", pk="indicator"),
    row("monitoring:why", "get", " 302 404 200 200 200 200 200 200", pk="indicator", query="?period=2020"),
    row("monitoring:school_why", "get", " 302 404 200 200 200 404 200 200", school_pk="school", pk="indicator"),
    row("monitoring:school_why", "get", " 302 404 200 200 404 404 200 200", school_pk="small", pk="indicator"),
    row("monitoring:identification_rule", "get", "            302 200 200 200 200 200 200 200"),
    row("monitoring:identification_rule", "get", "            302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:identification_rule", "post", "           302 200 403 403 403 403 200 200"),
    row("monitoring:identification_rule", "post", "           302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_proposal", "get", "        302 200 403 403 403 403 200 200"),
    row("monitoring:identification_proposal", "get", "        302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_trial", "get", "           302 200 403 403 403 403 200 200"),
    row("monitoring:identification_trial", "get", "           302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_groups", "get", "          302 200 403 403 403 403 200 200"),
    row("monitoring:identification_groups", "get", "          302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_groups", "post", "         302 200 403 403 403 403 200 200"),
    row("monitoring:identification_groups", "post", "         302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_decisions", "get", "       302 200 403 403 403 403 200 200"),
    row("monitoring:identification_decisions", "get", "       302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_decisions", "post", "      302 302 403 403 403 403 302 302"),
    row("monitoring:identification_decisions", "post", "      302 404 403 403 403 403 302 302", query=NAZAROVO),
    row("monitoring:identification_publication", "get", "     302 200 403 403 403 403 200 200"),
    row("monitoring:identification_publication", "get", "     302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_publication", "post", "    302 200 403 403 403 403 200 200"),
    row("monitoring:identification_publication", "post", "    302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:identification_editions", "get", "        302 200 200 200 200 200 200 200"),
    row("monitoring:identification_editions", "get", "        302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:identification_edition", "get", "         302 404 200 200 200 200 200 200", pk="edition"),
    row("monitoring:identification_history", "get", "         302 200 200 200 200 200 200 200"),
    row("monitoring:identification_history", "get", "         302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("monitoring:uploads", "get", "                        302 200 403 403 403 403 200 200"),
    row("monitoring:uploads", "get", "                        302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("monitoring:uploads", "post", "                       302 400 403 403 403 403 400 400"),
    row("monitoring:uploads", "post", "                       302 404 403 403 403 403 400 400", query=NAZAROVO),
    row("monitoring:upload", "get", "                         302 404 404 404 404 404 200 200", pk="upload"),
    row("monitoring:upload_answer", "post", "                 302 404 404 404 404 404 302 302", pk="upload"),
    row("monitoring:upload_leave_out", "post", "              302 404 404 404 404 404 302 302", pk="upload"),
    row("monitoring:upload_match", "post", "                  302 404 404 404 404 404 302 302", pk="upload"),
    row("monitoring:upload_confirm", "post", "                302 404 404 404 404 404 302 302", pk="upload"),
    row("monitoring:upload_cancel", "post", "                 302 404 404 404 404 404 302 302", pk="upload"),
    row("monitoring:upload_undo", "post", "                   302 404 404 404 404 404 302 302", pk="upload"),
    row("monitoring:source", "get", "                         302 404 404 404 404 404 404 404"),
    row("monitoring:source", "get", "                         302 404 404 404 404 404 200 200", data=kept_sheet),
    row("monitoring:effects", "get", "                        302 200 200 200 200 200 200 200"),
    row("monitoring:effects", "get", "                        302 404 200 200 200 200 200 200", query=NAZAROVO),
    # --- roadmaps
    row("roadmaps:list", "get", "                             302 200 200 200 200 200 200 200"),
    row("roadmaps:list", "get", "                             302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:rows", "get", "                             302 200 200 200 200 200 200 200"),
    row("roadmaps:rows", "get", "                             302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:feed_settings", "get", "                    302 200 403 403 200 200 200 200"),
    row("roadmaps:feed_settings", "get", "                    302 404 403 403 200 200 200 200", query=NAZAROVO),
    row("roadmaps:feed_settings", "post", "                   302 200 403 403 200 200 200 200"),
    row("roadmaps:revoke_feed", "post", "                     302 302 403 403 302 302 302 302"),
    row("roadmaps:feed", "get", "                             404 404 404 404 404 404 404 404", key="none"),
    row("roadmaps:saved_views", "get", "                      302 200 200 200 200 200 200 200"),
    row("roadmaps:saved_views", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:save_view", "post", "                       302 302 302 302 302 302 302 302", data=view),
    row("roadmaps:save_view", "post", "          302 404 302 302 302 302 302 302", data=view, query=NAZAROVO),
    row("roadmaps:rename_view", "post", "                     302 404 404 404 404 404 404 404", pk="saved_view"),
    row("roadmaps:delete_view", "post", "                     302 404 404 404 404 404 404 404", pk="saved_view"),
    row("roadmaps:punctuality", "get", "                      302 200 200 200 200 200 200 200"),
    row("roadmaps:punctuality", "get", "                      302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:calendar", "get", "                         302 200 200 200 200 200 200 200"),
    row("roadmaps:calendar", "get", "                         302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:board", "get", "                            302 200 200 200 200 200 200 200"),
    row("roadmaps:board", "get", "                            302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:by_school", "get", "                        302 200 200 200 200 200 200 200"),
    row("roadmaps:by_school", "get", "                        302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:by_responsible", "get", "                   302 200 200 200 200 200 200 200"),
    row("roadmaps:by_responsible", "get", "                   302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:timeline", "get", "                         302 200 200 200 200 200 200 200"),
    row("roadmaps:timeline", "get", "                         302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:new", "get", "                              302 200 403 403 403 403 200 200"),
    row("roadmaps:new", "get", "                              302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new", "post", "                             302 400 403 403 403 403 400 400"),
    row("roadmaps:new_empty", "get", "                        302 200 403 403 403 403 200 200"),
    row("roadmaps:new_empty", "get", "                        302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new_empty", "post", "                       302 400 403 403 403 403 400 400", data=nothing),
    row("roadmaps:new_from_template", "get", "                302 200 403 403 403 403 200 200"),
    row("roadmaps:new_from_template", "get", "                302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new_from_template", "post", "               302 400 403 403 403 403 400 400", data=nothing),
    row("roadmaps:new_from_roadmap", "get", "                 302 200 403 403 403 403 200 200"),
    row("roadmaps:new_from_roadmap", "get", "                 302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new_from_roadmap", "post", "                302 400 403 403 403 403 400 400", data=nothing),
    row("roadmaps:store", "post", "                           302 400 403 403 403 403 400 400"),
    row("roadmaps:store", "post", "                           302 404 403 403 403 403 400 400", query=NAZAROVO),
    row("roadmaps:roadmap", "get", "                          302 404 200 200 200 200 200 200", pk="roadmap"),
    row("roadmaps:roadmap", "get", "                          302 404 200 200 200 404 200 200", pk="school_roadmap"),
    row("roadmaps:activity", "get", "                         302 404 200 200 200 200 200 200", pk="activity"),
    row("roadmaps:bulk", "post", "               302 404 403 403 403 403 200 200", pk="roadmap", data=chosen),
    row("roadmaps:bulk", "post", "               302 404 403 403 403 403 302 302", pk="roadmap", data=nothing),
    row("roadmaps:frame", "get", "                            302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:frame", "post", "                           302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:approve", "get", "                          302 404 403 403 403 403 403 200", pk="roadmap"),
    row("roadmaps:approve", "post", "                         302 404 403 403 403 403 403 200", pk="roadmap"),
    row("roadmaps:close", "get", "                            302 404 403 403 403 403 403 200", pk="roadmap"),
    row("roadmaps:close", "post", "                           302 404 403 403 403 403 403 200", pk="roadmap"),
    row("roadmaps:reopen", "get", "                           302 404 403 403 403 403 403 200", pk="roadmap"),
    row("roadmaps:reopen", "post", "                          302 404 403 403 403 403 403 200", pk="roadmap"),
    row("roadmaps:delete", "get", "                           302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:delete", "post", "                          302 404 403 403 403 403 302 302", pk="roadmap"),
    row("roadmaps:delete_programme", "get", "                 302 404 403 403 403 403 200 200", pk="programme"),
    row("roadmaps:delete_programme", "post", "                302 404 403 403 403 403 302 302", pk="programme"),
    row("roadmaps:delete_expertise", "get", "                 302 404 403 403 403 403 200 200", pk="expertise"),
    row("roadmaps:delete_expertise", "post", "                302 404 403 403 403 403 302 302", pk="expertise"),
    row("roadmaps:history", "get", "                          302 404 200 200 200 200 200 200", pk="roadmap"),
    row("roadmaps:history", "get", "                          302 404 200 200 200 404 200 200", pk="school_roadmap"),
    row("roadmaps:sections", "get", "                         302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:new_section", "get", "                      302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:new_section", "post", "                     302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:section", "get", "                          302 404 403 403 403 403 200 200", pk="section"),
    row("roadmaps:section", "post", "                         302 404 403 403 403 403 200 200", pk="section"),
    row("roadmaps:remove_section", "get", "                   302 404 403 403 403 403 200 200", pk="section"),
    row("roadmaps:remove_section", "post", "                  302 404 403 403 403 403 200 200", pk="section"),
    row("roadmaps:new_row", "get", "                          302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:new_row", "post", "                         302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:new_row", "get", "                          302 404 403 403 403 404 200 200", pk="school_roadmap"),
    row("roadmaps:deadline", "get", "                         302 404 403 403 403 403 200 200", pk="roadmap"),
    row("roadmaps:edit_row", "get", "                         302 404 403 403 403 403 200 200", pk="activity"),
    row("roadmaps:edit_row", "post", "                        302 404 403 403 403 403 200 200", pk="activity"),
    row("roadmaps:remove_row", "get", "                       302 404 403 403 403 403 200 200", pk="activity"),
    row("roadmaps:remove_row", "post", "                      302 404 403 403 403 403 200 200", pk="activity"),
    row("roadmaps:put_back", "get", "                         302 404 403 403 403 403 200 200", pk="activity"),
    row("roadmaps:put_back", "post", "            302 404 403 403 403 403 200 200", pk="activity", data=why),
    row("roadmaps:mine", "get", "                             302 200 200 200 200 200 200 200"),
    row("roadmaps:mine", "get", "                             302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:comment", "post", "            302 404 403 403 302 302 302 302", pk="activity", data=said),
    row("roadmaps:overrule", "get", "                         302 404 403 403 403 403 200 200", pk="activity"),
    row("roadmaps:overrule", "post", "                        302 404 403 403 403 403 200 200", pk="activity"),
    row("roadmaps:report", "get", "                           302 404 403 403 200 200 403 403", pk="occurrence"),
    row("roadmaps:report", "post", "                          302 404 403 403 200 200 403 403", pk="occurrence"),
    row("roadmaps:cancel", "get", "                           302 404 403 403 403 403 200 200", pk="occurrence"),
    row("roadmaps:cancel", "post", "            302 404 403 403 403 403 302 302", pk="occurrence", data=why),
    row("roadmaps:judge", "get", "                            302 404 200 200 200 404 200 200", pk="report_on_it"),
    row("roadmaps:judge", "post", "            302 404 403 403 403 404 302 302", pk="report_on_it", data=yes),
    row("roadmaps:take_back", "post", "                       302 404 403 403 302 404 403 403", pk="report_on_it"),
    row("roadmaps:evidence", "get", "                         302 404 200 200 200 404 200 200", pk="evidence"),
    row("roadmaps:evidence_preview", "get", "                 302 404 200 200 200 404 200 200", pk="evidence"),
    row("roadmaps:held_file", "get", "                        302 404 404 404 404 404 404 404", pk="held"),
    row("roadmaps:held_preview", "get", "                     302 404 404 404 404 404 404 404", pk="held"),
    row("roadmaps:school", "get", "                           302 404 200 200 200 404 200 200", pk="school"),
    row("roadmaps:school", "get", "                           302 404 200 200 404 404 200 200", pk="small"),
    row("roadmaps:programmes", "get", "                       302 200 200 200 200 200 200 200"),
    row("roadmaps:programmes", "get", "                       302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:new_programme", "get", "                    302 200 403 403 403 403 200 200"),
    row("roadmaps:new_programme", "get", "                    302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new_programme", "post", "                   302 400 403 403 403 403 400 400"),
    row("roadmaps:new_programme", "post", "                   302 404 403 403 403 403 400 400", query=NAZAROVO),
    row("roadmaps:notices", "get", "                          302 200 200 200 200 200 200 200"),
    row("roadmaps:notices", "get", "                          302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:notice", "get", "                           302 404 404 404 404 404 404 404", pk="notice"),
    row("roadmaps:read_notice", "post", "                     302 404 404 404 404 404 404 404", pk="notice"),
    row("roadmaps:read_notices", "post", "                    302 302 302 302 302 302 302 302"),
    row("roadmaps:read_notices", "post", "                    302 404 302 302 302 302 302 302", query=NAZAROVO),
    row("roadmaps:notice_settings", "get", "                  302 200 200 200 200 200 200 200"),
    row("roadmaps:notice_settings", "post", "                 302 200 200 200 200 200 200 200"),
    row("roadmaps:notice_log", "get", "                       302 200 403 403 403 403 403 200"),
    row("roadmaps:notice_log", "get", "                       302 404 403 403 403 403 403 200", query=NAZAROVO),
    row("roadmaps:notice_rules", "get", "                     302 200 403 403 403 403 403 200"),
    row("roadmaps:notice_rules", "get", "                     302 404 403 403 403 403 403 200", query=NAZAROVO),
    row("roadmaps:notice_rules", "post", "                    302 200 403 403 403 403 403 200"),
    row("roadmaps:notice_rules", "post", "                    302 404 403 403 403 403 403 200", query=NAZAROVO),
    row("roadmaps:notice_words", "get", "                     302 200 403 403 403 403 403 200", kind="late"),
    row("roadmaps:notice_words", "get", "      302 404 403 403 403 403 403 200", kind="late", query=NAZAROVO),
    row("roadmaps:notice_words", "post", "                    302 200 403 403 403 403 403 200", kind="late"),
    row("roadmaps:notice_words", "post", "     302 404 403 403 403 403 403 200", kind="late", query=NAZAROVO),
    row("roadmaps:unsubscribe", "get", "                      404 404 404 404 404 404 404 404", key="x"),
    row("roadmaps:unsubscribe", "post", "                     404 404 404 404 404 404 404 404", key="x"),
    row("roadmaps:antirisk", "get", "                         302 404 200 200 200 404 200 200", pk="school"),
    row("roadmaps:expertises", "get", "                       302 200 200 200 200 200 200 200"),
    row("roadmaps:expertises", "get", "                       302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:new_expertise", "get", "                    302 200 403 403 403 403 200 200"),
    row("roadmaps:new_expertise", "get", "                    302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new_expertise", "post", "                   302 200 403 403 403 403 200 200"),
    row("roadmaps:expertise", "get", "                        302 404 200 200 200 200 200 200", pk="expertise"),
    row("roadmaps:edit_expertise", "get", "                   302 404 403 403 403 403 200 200", pk="expertise"),
    row("roadmaps:edit_expertise", "post", "                  302 404 403 403 403 403 200 200", pk="expertise"),
    row("roadmaps:assign_expert", "get", "                    302 404 403 403 403 403 200 200", pk="expertise"),
    row("roadmaps:assign_expert", "post", "                   302 404 403 403 403 403 200 200", pk="expertise"),
    row("roadmaps:review", "get", "                           302 404 200 200 200 404 200 200", pk="review"),
    row("roadmaps:review", "post", "                          302 404 403 403 403 404 403 403", pk="review"),
    row("roadmaps:move_review", "post", "                     302 404 403 403 403 404 302 302", pk="review"),
    row("roadmaps:presentations", "get", "                    302 404 200 200 200 404 200 200", pk="school_programme"),
    row("roadmaps:presentations", "post", "                   302 404 403 403 200 404 200 200", pk="school_programme"),
    row("roadmaps:presentation", "get", "                     302 404 200 200 200 404 200 200", pk="presentation"),
    row("roadmaps:delete_presentation", "post", "             302 404 403 403 302 404 302 302", pk="presentation"),
    row("roadmaps:stages", "get", "                           302 404 200 200 200 404 200 200", pk="school_programme"),
    row("roadmaps:stages", "post", "                          302 404 403 403 403 404 200 200", pk="school_programme"),
    row("roadmaps:stage_review", "get", "                     302 404 200 200 200 404 200 200", pk="stage_review"),
    row("roadmaps:stage_review", "post", "                    302 404 403 403 200 404 200 200", pk="stage_review"),
    row("roadmaps:antirisk", "post", "                        302 404 403 403 403 404 200 200", pk="school"),
    row("roadmaps:programme", "get", "                        302 404 200 200 200 200 200 200", pk="programme"),
    row("roadmaps:decisions", "get", "                        302 200 200 200 200 200 200 200"),
    row("roadmaps:decisions", "get", "                        302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:new_decision", "get", "                     302 200 403 403 403 403 200 200"),
    row("roadmaps:new_decision", "get", "                     302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new_decision", "post", "                    302 200 403 403 403 403 200 200"),
    row("roadmaps:new_decision", "post", "                    302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:decision", "get", "                         302 404 200 200 200 200 200 200", pk="decision"),
    row("roadmaps:edit_decision", "get", "                    302 404 403 403 403 403 200 200", pk="decision"),
    row("roadmaps:edit_decision", "post", "                   302 404 403 403 403 403 200 200", pk="decision"),
    row("roadmaps:recommendations", "get", "                  302 200 200 200 200 200 200 200"),
    row("roadmaps:recommendations", "get", "                  302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:new_recommendation", "get", "               302 200 403 403 403 403 200 200"),
    row("roadmaps:new_recommendation", "get", "               302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:new_recommendation", "post", "              302 200 403 403 403 403 200 200"),
    row("roadmaps:new_recommendation", "post", "              302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("roadmaps:recommendation", "get", "                   302 404 200 200 200 404 200 200", pk="recommendation"),
    row("roadmaps:edit_recommendation", "get", "              302 404 403 403 403 404 200 200", pk="recommendation"),
    row("roadmaps:edit_recommendation", "post", "             302 404 403 403 403 404 200 200", pk="recommendation"),
    row("roadmaps:publications", "get", "                     302 200 200 200 200 200 200 200"),
    row("roadmaps:publications", "get", "                     302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:checklist", "get", "                        302 404 200 200 200 200 200 200", pk="programme"),
    row("roadmaps:site_page", "get", "                        302 404 200 200 200 200 200 200", pk="programme"),
    row("roadmaps:new_publication", "get", "                  302 404 403 403 403 403 200 200", pk="programme"),
    row("roadmaps:new_publication", "post", "                 302 404 403 403 403 403 200 200", pk="programme"),
    row("roadmaps:edit_publication", "get", "                 302 404 403 403 403 403 200 200", pk="publication"),
    row("roadmaps:edit_publication", "post", "                302 404 403 403 403 403 200 200", pk="publication"),
    row("roadmaps:remove_publication", "get", "               302 404 403 403 403 403 200 200", pk="publication"),
    row("roadmaps:remove_publication", "post", "              302 404 403 403 403 403 302 302", pk="publication"),
    row("roadmaps:entries", "get", " 302 200 200 200 200 200 200 200", **ALL_SITTINGS),
    row("roadmaps:entry", "get", " 302 404 200 200 200 200 200 200", **SITTING),
    row("roadmaps:edit_entry", "get", " 302 404 403 403 403 403 200 200", **SITTING),
    row("roadmaps:edit_entry", "post", " 302 404 403 403 403 403 200 200", **SITTING),
    row("roadmaps:remove_entry", "get", " 302 404 403 403 403 403 200 200", **SITTING),
    row("roadmaps:remove_entry", "post", " 302 404 403 403 403 403 302 302", **SITTING),
    row("roadmaps:new_entry", "get", " 302 200 403 403 403 403 200 200", **ALL_SITTINGS),
    row("roadmaps:new_entry", "post", " 302 200 403 403 403 403 200 200", **ALL_SITTINGS),
    row("roadmaps:entries", "get", " 302 200 200 200 200 200 200 200", **ALL_AGREEMENTS),
    row("roadmaps:entry", "get", " 302 404 200 200 200 404 200 200", **AGREEMENT),
    row("roadmaps:edit_entry", "get", " 302 404 403 403 403 404 200 200", **AGREEMENT),
    row("roadmaps:edit_entry", "post", " 302 404 403 403 403 404 200 200", **AGREEMENT),
    row("roadmaps:remove_entry", "get", " 302 404 403 403 403 404 200 200", **AGREEMENT),
    row("roadmaps:remove_entry", "post", " 302 404 403 403 403 404 302 302", **AGREEMENT),
    row("roadmaps:new_entry", "get", " 302 200 403 403 403 403 200 200", **ALL_AGREEMENTS),
    row("roadmaps:new_entry", "post", " 302 200 403 403 403 403 200 200", **ALL_AGREEMENTS),
    row("roadmaps:entries", "get", " 302 200 200 200 200 200 200 200", **ALL_ENCOURAGEMENTS),
    row("roadmaps:entry", "get", " 302 404 200 200 200 404 200 200", **ENCOURAGEMENT),
    row("roadmaps:edit_entry", "get", " 302 404 403 403 403 404 200 200", **ENCOURAGEMENT),
    row("roadmaps:edit_entry", "post", " 302 404 403 403 403 404 200 200", **ENCOURAGEMENT),
    row("roadmaps:remove_entry", "get", " 302 404 403 403 403 404 200 200", **ENCOURAGEMENT),
    row("roadmaps:remove_entry", "post", " 302 404 403 403 403 404 302 302", **ENCOURAGEMENT),
    row("roadmaps:new_entry", "get", " 302 200 403 403 403 403 200 200", **ALL_ENCOURAGEMENTS),
    row("roadmaps:new_entry", "post", " 302 200 403 403 403 403 200 200", **ALL_ENCOURAGEMENTS),
    row("roadmaps:entries", "get", " 302 404 200 200 200 200 200 200", register="sittings", query=NAZAROVO),
    row("roadmaps:new_entry", "post", " 302 404 403 403 403 403 200 200", register="sittings", query=NAZAROVO),
    row("roadmaps:control", "get", "                          302 200 200 200 200 200 200 200"),
    row("roadmaps:control", "get", "                          302 404 200 200 200 200 200 200", query=NAZAROVO),
    row("roadmaps:assignment", "get", "                       302 404 200 200 200 404 200 200", pk="assignment"),
    row("roadmaps:assignment", "post", "         302 404 403 403 302 404 403 403", pk="assignment", data=taken_on),
    row("roadmaps:assignment", "post", "         302 404 403 403 403 404 302 302", pk="assignment", data=off_control),
    row("roadmaps:edit_programme", "get", " 302 404 403 403 403 403 200 200", pk="programme", part="money"),
    row("roadmaps:edit_programme", "post", " 302 404 403 403 403 403 302 302", data=risks, pk="programme", part=RISKS),
    row("roadmaps:move_programme", "post", " 302 404 403 403 403 403 302 302", pk="programme", data=agreed),
    row("roadmaps:approve_programme", "get", "                302 404 403 403 403 403 403 302", pk="programme"),
    row("roadmaps:approve_programme", "post", "               302 404 403 403 403 403 403 302", pk="programme"),
    row("roadmaps:editions", "get", "                         302 404 200 200 200 200 200 200", pk="programme"),
    row("roadmaps:edition", "get", "                302 404 200 200 200 200 200 200", pk="programme", number="1"),
    row("reports:list", "get", "                              302 200 200 200 403 403 200 200"),
    row("reports:list", "get", "                              302 404 200 200 403 403 200 200", query=NAZAROVO),
    row("reports:prepare", "post", "                          302 400 403 403 403 403 400 400"),
    row("reports:prepare", "post", "                          302 404 403 403 403 403 400 400", query=NAZAROVO),
    row("reports:preview", "get", "                           302 200 403 403 403 403 200 200", data=period_2020),
    row("reports:texts", "get", "                             302 200 403 403 403 403 200 200"),
    row("reports:texts", "get", "                             302 404 403 403 403 403 200 200", query=NAZAROVO),
    row("reports:texts", "post", "                            302 302 403 403 403 403 302 302", data=texts),
    row("reports:texts", "post", " 302 404 403 403 403 403 302 302", data=texts, query=NAZAROVO),
    row("reports:report", "get", "                            302 404 200 200 404 404 200 200", pk="report"),
    row("reports:file", "get", "                              302 404 200 200 404 404 200 200", pk="report"),
    # --- the portal as a whole
    row("healthz", "get", "                                   200 200 200 200 200 200 200 200"),
    row("readyz", "get", "                                    200 200 200 200 200 200 200 200"),
    row("metrics", "get", "                                   404 404 404 404 404 404 404 404"),
    row("search", "get", "                                    302 200 200 200 200 200 200 200"),
    # --- REST
    row("api:api-root", "get", "                              401 200 200 200 200 200 200 200"),
    row("api:schema", "get", "                                401 200 200 200 200 200 200 200"),
    row("api:schools-list", "get", "                          401 200 200 200 200 200 200 200"),
    row("api:results-list", "get", "                          401 200 200 200 200 200 200 200"),
    row("api:indicators-list", "get", "                       401 200 200 200 200 200 200 200"),
    row("api:targets-list", "get", "                          401 200 200 200 200 200 200 200"),
    row("api:values-list", "get", "                           401 200 200 200 200 200 200 200"),
    row("api:identifications-list", "get", "                  401 200 200 200 200 200 200 200"),
    row("api:programmes-list", "get", "                       401 200 200 200 200 200 200 200"),
    row("api:roadmaps-list", "get", "                         401 200 200 200 200 200 200 200"),
    row("api:activities-list", "get", "                       401 200 200 200 200 200 200 200"),
    row("api:pairings-list", "get", "                         401 200 200 200 200 200 200 200"),
    row("api:meetings-list", "get", "                         401 200 200 200 200 200 200 200"),
    row("api:events-list", "get", "                           401 200 200 200 200 200 200 200"),
    row("api:practices-list", "get", "                        401 200 200 200 200 200 200 200"),
    row("api:reports-list", "get", "                          401 200 200 200 200 200 200 200"),
    row("api:reports-file", "get", "                          401 404 200 200 404 404 200 200", pk="report"),
]  # fmt: skip

READ = [row for row in ROWS if row.can_be_read]
