"""The sentences that an indicator brings to the analytical note, as templates. Pure: no Django here."""

import re

PLAIN = frozenset({"value", "numerator", "denominator", "year"})
FORMS = {"count": 3, "verb": 3, "of": 2}  # how many words each takes
PLACEHOLDER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")


def template_problems(template: str) -> list[str]:
    """What is wrong with a template, in words for the person who wrote it."""
    problems = []
    for name, forms in PLACEHOLDER.findall(template):
        if name in FORMS and forms.count("|") + 1 != FORMS[name]:
            problems.append(f"«{{{name}:…}}» требует слов через черту: {FORMS[name]}.")
        elif name not in FORMS and (name not in PLAIN or forms):
            problems.append(f"Подстановка «{{{name}}}» неизвестна.")
    if re.search(r"[{}]", PLACEHOLDER.sub("", template)):
        problems.append("Фигурная скобка не закрыта.")
    return problems
