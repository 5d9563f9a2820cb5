"""The rule that proposes schools with low results, what surrounds it, and groups over two axes. Pure: no Django here.

Results are handed in as plain rows; a school is whatever the caller names it by. The sources of the default parameters
stand beside them (`parameters`); why the rule reads as it does is ADR 21.
"""
