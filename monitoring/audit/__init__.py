"""The second calculation: every stored value worked out again by other means, and compared with the one that is stored.

Whoever checks a sum does not use the slip of paper on which it was made. So nothing here comes from the engine, its
formulas, its sources or the summing of sessions; import-linter keeps that so. It begins at what people brought in:
the sessions of exams as the files gave them, the numbers that schools reported, the yearly lists, the reports on plans,
the marks of results that are not to be trusted, and the definitions of the indicators as JSON. It goes school by school
and value by value, with exact fractions, in plain loops; the rules are those of the programmes, written down a second
time.

`calendar` knows periods, `sessions` makes of a school's sessions what it did in an exam, `reports` counts those on
plans, `town` reads all that the municipality has, `nodes` is a formula taken apart, `formulas` works it out, `likeness`
finds what two periods have in common, `expectations` says what a stored value should be, and `comparison` holds that
against what is stored.
"""
