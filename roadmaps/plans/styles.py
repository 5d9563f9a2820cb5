"""Names of styles that exported files carry: they say for certain what a row is when a plan comes back."""

TITLE = "План: название"
SECTION = "План: раздел"
SUBSECTION = "План: подраздел"
ROW = "План: мероприятие"
PLANNED = "План: плановое значение"  # of words within the expected result; it looks like nothing
