"""The tables of the report on mentoring, made of what `mentoring.queries.overview` counts. Pure.

The document is passed on, so teachers stand in it by their posts, pairs with pupils as numbers, and what one teacher
alone is behind is put together with others.
"""

from dataclasses import replace

from mentoring.queries.overview import Overview
from reports.mentoring import help as helping
from reports.mentoring import pairs, scores, teachers
from reports.tables import Section


def sections_of(found: Overview) -> tuple[Section, ...]:
    """In the order of the document; one school has no tables that compare schools, and none by subject: there most have
    one teacher."""
    met = (pairs.pairs(found), pairs.with_pupils(found), pairs.meetings(found), pairs.forms(found), pairs.silent(found))
    of_school = found.is_of_school
    alone = () if of_school else (pairs.alone(found),)
    helped = (helping.requests(found), helping.events(found), helping.participation(found))
    shared = (helping.practices(found), helping.seminars(found))
    staff = () if of_school else (teachers.subjects(found), teachers.staff_of_schools(found))
    sections = (*met, *alone, pairs.mentors(found), *helped, *shared, teachers.growth(found), *staff)
    sections += (*scores.sheets(found), *scores.monitoring(found))
    # What explains a table is nothing to say where there is none.
    return tuple(section if section.rows else replace(section, notes=()) for section in sections)
