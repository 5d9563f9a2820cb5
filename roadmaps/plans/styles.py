"""Names of styles that exported files carry: they say for certain what a row is when a plan comes back."""

TITLE = "План: название"
SECTION = "План: раздел"
SUBSECTION = "План: подраздел"
ROW = "План: мероприятие"
