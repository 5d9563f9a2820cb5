"""What people do with schools and with the identification of a year."""

from schools.services.school_list import (
    KINDS,
    SchoolImport,
    SchoolRow,
    add_alias,
    alias_text,
    import_schools,
)

__all__ = ["KINDS", "SchoolImport", "SchoolRow", "add_alias", "alias_text", "import_schools"]
