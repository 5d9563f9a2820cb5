"""Who may do what: roles and permissions as one table. Nothing else in the portal knows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    DEPARTMENT = "department"
    METHODIST = "methodist"
    CURATOR = "curator"
    MENTOR = "mentor"
    EXPERT = "expert"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.DEPARTMENT: "Управление образования",
    Role.METHODIST: "Методист ЦРО",
    Role.CURATOR: "Школьный куратор",
    Role.MENTOR: "Наставник",
    Role.EXPERT: "Эксперт",
    Role.VIEWER: "Наблюдатель",
}


class Permission(StrEnum):
    SCHOOL_VIEW = "school_view"  # a school and its name
    SCHOOL_EDIT = "school_edit"
    RESULTS_VIEW = "results_view"
    RESULTS_IMPORT = "results_import"  # and undo; sees uploads and their problems
    SMALL_NUMBERS_VIEW = "small_numbers_view"  # fewer than five pupils
    STATISTICS_EDIT = "statistics_edit"
    IDENTIFICATION_VIEW = "identification_view"
    IDENTIFICATION_EDIT = "identification_edit"
    VALUES_VIEW = "values_view"  # indicators, targets, values
    CATALOGUE_EDIT = "catalogue_edit"  # indicators and their versions
    TARGETS_EDIT = "targets_edit"  # targets and baselines
    OBJECTIVITY_EDIT = "objectivity_edit"  # which results indicators leave out
    PLANS_VIEW = "plans_view"  # programmes, roadmaps, reports on them, decisions, risks
    PLANS_EDIT = "plans_edit"  # and who answers for what, recommendations, reviews
    PLANS_APPROVE = "plans_approve"  # by an order
    PROGRESS_REPORT = "progress_report"  # what was done; the risks of one's own school
    PROGRESS_REVIEW = "progress_review"  # accept or return
    MENTORING_VIEW = "mentoring_view"  # pairings, their plans, that a meeting took place; the pool of mentors
    MENTORING_READ = "mentoring_read"  # and the texts of pairings in which one's own school helps or is helped
    MENTORING_EDIT = "mentoring_edit"  # the pool and the pairings
    MEETING_LOG = "meeting_log"  # of pairings in which one is a side
    SCORES_VIEW = "scores_view"  # score sheets: all of the municipality, or the confirmed ones of one's own school
    STAFF_VIEW = "staff_view"  # teachers by name
    STAFF_EDIT = "staff_edit"
    REPORT_VIEW = "report_view"
    REPORT_CREATE = "report_create"
    PEOPLE_MANAGE = "people_manage"


READING = frozenset(
    {
        Permission.SCHOOL_VIEW,
        Permission.RESULTS_VIEW,
        Permission.IDENTIFICATION_VIEW,
        Permission.VALUES_VIEW,
        Permission.PLANS_VIEW,
        Permission.MENTORING_VIEW,
        Permission.REPORT_VIEW,
    }
)
OF_A_SIDE = frozenset({Permission.MENTORING_READ, Permission.MEETING_LOG, Permission.STAFF_VIEW, Permission.STAFF_EDIT})
METHODIST = (
    READING
    | OF_A_SIDE
    | {
        Permission.SCHOOL_EDIT,
        Permission.RESULTS_IMPORT,
        Permission.SMALL_NUMBERS_VIEW,
        Permission.STATISTICS_EDIT,
        Permission.IDENTIFICATION_EDIT,
        Permission.CATALOGUE_EDIT,
        Permission.TARGETS_EDIT,
        Permission.OBJECTIVITY_EDIT,
        Permission.PLANS_EDIT,
        Permission.PROGRESS_REPORT,
        Permission.PROGRESS_REVIEW,
        Permission.MENTORING_EDIT,
        Permission.SCORES_VIEW,
        Permission.REPORT_CREATE,
    }
)
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DEPARTMENT: METHODIST | {Permission.PEOPLE_MANAGE, Permission.PLANS_APPROVE},
    Role.METHODIST: METHODIST,
    Role.CURATOR: READING
    | OF_A_SIDE
    | {
        Permission.SMALL_NUMBERS_VIEW,
        Permission.STATISTICS_EDIT,
        Permission.PROGRESS_REPORT,
        Permission.SCORES_VIEW,
    },
    Role.MENTOR: READING | {Permission.MEETING_LOG},  # texts and names only where they are the mentor themselves
    Role.EXPERT: frozenset(),  # what is assigned to them, nothing beyond
    Role.VIEWER: READING | {Permission.SCORES_VIEW},
}

# Curators answer for one school; so that a mistake at the keyboard opens no neighbour, the others have no such bond.
SCHOOL_ROLES = frozenset({Role.CURATOR, Role.MENTOR, Role.EXPERT, Role.VIEWER})
MUNICIPALITY_ROLES = frozenset({Role.DEPARTMENT, Role.METHODIST, Role.MENTOR, Role.EXPERT, Role.VIEWER})


def place_problem(role: Role, *, in_school: bool) -> str:
    """Why the role cannot be given there, and what to do; empty when it can."""
    if in_school and role not in SCHOOL_ROLES:
        return f"Роль «{role.label}» относится ко всему муниципалитету: уберите школу."
    if not in_school and role not in MUNICIPALITY_ROLES:
        return f"Роль «{role.label}» относится к одной школе: укажите школу."
    return ""


@dataclass(frozen=True)
class Grant:
    """One role in one municipality, or in one of its schools."""

    role: Role
    municipality_id: int
    school_id: int | None

    def allows(self, permission: Permission) -> bool:
        return permission in ROLE_PERMISSIONS[self.role]


@dataclass(frozen=True)
class Reach:
    """Where a permission holds: whole municipalities, single schools, and every municipality it touches."""

    municipalities: frozenset[int]
    schools: frozenset[int]
    touched: frozenset[int]


def reach(grants: Iterable[Grant], permission: Permission) -> Reach:
    """Where these grants give the permission; nothing granted reaches nothing."""
    held = [grant for grant in grants if grant.allows(permission)]
    return Reach(
        municipalities=frozenset(grant.municipality_id for grant in held if grant.school_id is None),
        schools=frozenset(grant.school_id for grant in held if grant.school_id is not None),
        touched=frozenset(grant.municipality_id for grant in held),
    )
