"""What people do with schools and with the identification of a year."""

from schools.services.identification import (
    CategoryNotEmpty,
    ListOutcome,
    forget_empty_category,
    identify_school,
    leave_category_empty,
    remove_identification,
    take_identification_list,
)
from schools.services.school import correct_school
from schools.services.school_list import (
    KINDS,
    SchoolImport,
    SchoolRow,
    add_alias,
    alias_text,
    import_schools,
)

__all__ = [
    "KINDS",
    "CategoryNotEmpty",
    "ListOutcome",
    "SchoolImport",
    "SchoolRow",
    "add_alias",
    "alias_text",
    "correct_school",
    "forget_empty_category",
    "identify_school",
    "import_schools",
    "leave_category_empty",
    "remove_identification",
    "take_identification_list",
]
