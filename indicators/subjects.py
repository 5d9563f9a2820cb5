"""School subjects: one list in code, with official names and the spellings that files use. Pure: no Django here.

Exam codes differ between systems (09 is English in ЕГЭ and social studies in one region's ОГЭ), so a subject is
looked up by its name first and by its code only when there is no name.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    code: str
    name: str
    dative: str  # «по математике»
    pattern: str  # a regular expression of the spellings, in lower case with ё as е and only letters, digits and spaces


# Order matters: the first pattern that is found wins, so the narrower spelling stands before the wider one.
_SUBJECTS = (
    Subject("reading_literacy", "Читательская грамотность", "читательской грамотности", r"читательск\w* грамотн\w*"),
    Subject(
        "science_literacy",
        "Естественно-научная грамотность",
        "естественно-научной грамотности",
        r"естественно ?научн\w* грамотн\w*",
    ),
    Subject(
        "mathematical_literacy",
        "Математическая грамотность",
        "математической грамотности",
        r"математическ\w* грамотн\w*",
    ),
    Subject("financial_literacy", "Финансовая грамотность", "финансовой грамотности", r"финансов\w* грамотн\w*"),
    Subject("group_project", "Групповой проект", "групповому проекту", r"группов\w* проект\w*"),
    Subject(
        "mathematics_advanced",
        "Математика (углублённый уровень)",
        "математике углублённого уровня",
        r"мат\w*( \w+)? углуб\w*|углуб\w* мат\w*",
    ),
    Subject(
        "mathematics_base",
        "Математика (базовый уровень)",
        "математике базового уровня",
        r"(мат|математик\w*|матем)( \w+)? баз\w*|баз\w* матем\w*|math\w* bas\w*",
    ),
    Subject(
        "mathematics_profile",
        "Математика (профильный уровень)",
        "математике профильного уровня",
        r"(мат|математик\w*|матем)( \w+)? проф\w*|проф\w* матем\w*|math\w* prof\w*",
    ),
    Subject("mathematics", "Математика", "математике", r"математик\w*|матем|мат|math\w*"),
    Subject("literary_reading", "Литературное чтение", "литературному чтению", r"литературн\w* чтени\w*"),
    Subject(
        "native_language",
        "Родной язык",
        "родному языку",
        r"родн\w*( \w+)? язык\w*",
    ),
    Subject("russian", "Русский язык", "русскому языку", r"русск\w* яз\w*|русск\w*(?! лит)|рус|rus|russian"),
    Subject("literature", "Литература", "литературе", r"литератур\w*"),
    Subject("world_around", "Окружающий мир", "окружающему миру", r"окружающ\w* мир\w*|окр мир\w*"),
    Subject("social_studies", "Обществознание", "обществознанию", r"обществозн\w*|общество"),
    Subject("history", "История", "истории", r"истори\w*"),
    Subject("geography", "География", "географии", r"географ\w*"),
    Subject("biology", "Биология", "биологии", r"биолог\w*"),
    Subject(
        "physical_education", "Физическая культура", "физической культуре", r"физическ\w* культур\w*|физкультур\w*"
    ),
    Subject("physics", "Физика", "физике", r"физик\w*"),
    Subject("chemistry", "Химия", "химии", r"хими[яиюей]"),
    Subject("informatics", "Информатика", "информатике", r"информатик\w*"),
    Subject("english", "Английский язык", "английскому языку", r"английск\w*|англ"),
    Subject("german", "Немецкий язык", "немецкому языку", r"немецк\w*|нем яз\w*"),
    Subject("french", "Французский язык", "французскому языку", r"французск\w*|франц"),
    Subject("spanish", "Испанский язык", "испанскому языку", r"испанск\w*"),
    Subject("chinese", "Китайский язык", "китайскому языку", r"китайск\w*"),
    Subject("foreign_language", "Иностранный язык", "иностранному языку", r"иностранн\w*( \w+)? язык\w*|ин яз\w*"),
    Subject("technology", "Технология", "технологии", r"технологи[яиюей]|труд \(?технология\)?"),
    Subject(
        "safety",
        "Основы безопасности и защиты Родины",
        "основам безопасности и защиты Родины",
        r"основ\w* безопасн\w*|обж|обзр",
    ),
    Subject("astronomy", "Астрономия", "астрономии", r"астроном\w*"),
    Subject("economics", "Экономика", "экономике", r"экономик\w*"),
    Subject("law", "Право", "праву", r"прав[оу]"),
    Subject("ecology", "Экология", "экологии", r"эколог\w*"),
    Subject("art", "Искусство (МХК)", "искусству", r"искусств\w*|мхк"),
)

# ЕГЭ mathematics is one subject with two levels (rule 5 of the indicators).
MATHEMATICS = "mathematics"
MATHEMATICS_LEVELS = ("mathematics_base", "mathematics_profile")

SUBJECTS: dict[str, Subject] = {subject.code: subject for subject in _SUBJECTS}
SUBJECT_CHOICES: tuple[tuple[str, str], ...] = tuple((subject.code, subject.name) for subject in _SUBJECTS)

_PATTERNS = tuple((subject.code, re.compile(rf"(?<!\w)(?:{subject.pattern})(?!\w)")) for subject in _SUBJECTS)

# Two-letter prefixes of ВПР sheets («МА 4 Сравнение…») and of КДР («ЧГ»). They mean something only in capitals and
# only as the first word: anywhere else two letters are just two letters.
_PREFIXES = {
    "РУ": "russian", "МА": "mathematics", "ОМ": "world_around", "БИ": "biology", "ИС": "history", "ГГ": "geography",
    "ГЕ": "geography", "ОБ": "social_studies", "ФИ": "physics", "ФЗ": "physics", "ХИ": "chemistry", "ХМ": "chemistry",
    "ИН": "informatics", "ЛИ": "literature", "ЛЧ": "literary_reading", "АЯ": "english", "НЯ": "german", "ФЯ": "french",
    "ЧГ": "reading_literacy", "ЕГ": "science_literacy", "ЕНГ": "science_literacy", "ГП": "group_project",
}  # fmt: skip

_EGE_CODES = {
    1: "russian", 2: "mathematics_profile", 3: "physics", 4: "chemistry", 5: "informatics", 6: "biology", 7: "history",
    8: "geography", 9: "english", 10: "german", 11: "french", 12: "social_studies", 13: "spanish", 14: "chinese",
    18: "literature", 22: "mathematics_base", 25: "informatics", 29: "english",
    30: "german", 31: "french", 33: "spanish",
}  # fmt: skip
_GVE_CODES = {51: "russian", 52: "mathematics"}
_WORDS_ONLY = re.compile(r"[^\w]+|_+")


def plain_text(text: str) -> str:
    """Lower case, ё as е, letters and digits with single spaces: what spellings are compared in."""
    return _WORDS_ONLY.sub(" ", text.lower().replace("ё", "е")).strip()


def subject_by_name(text: str) -> str | None:
    """The code of the subject named in the text, in any case form or abbreviation; None when none is named."""
    if text.strip() in SUBJECTS:
        return text.strip()
    # Underscores and digits part words in file names: «ege_2021_русский», «КДР4 ЧГ».
    words = re.split(r"[\s_\d.,]+", text.strip())
    if words and words[0] in _PREFIXES:
        return _PREFIXES[words[0]]
    plain = plain_text(text)
    for code, pattern in _PATTERNS:
        if pattern.search(plain):
            return code
    return next((_PREFIXES[word] for word in words if word in {"ЧГ", "ЕНГ", "РУ", "МА"}), None)


def subject_by_exam_code(code: str | int, procedure: str) -> str | None:
    """The subject behind an exam code of a ГИА file; the same code may mean another subject in another procedure."""
    digits = str(code).strip().removesuffix(".0")
    if not digits.isdigit():
        return None
    number = int(digits)
    if number in _GVE_CODES:
        return _GVE_CODES[number]
    subject = _EGE_CODES.get(number)
    if procedure != "ege" and subject in {"mathematics_profile", "mathematics_base"}:
        return "mathematics"
    return subject


def is_gve_code(code: str | int) -> bool:
    """51 and 52 belong to ГВЭ whatever file they stand in."""
    digits = str(code).strip().removesuffix(".0")
    return digits.isdigit() and int(digits) in _GVE_CODES


def subject_name(code: str) -> str:
    """The official name; an unknown code is shown as it is, so that a page never fails on it."""
    return SUBJECTS[code].name if code in SUBJECTS else code


def subject_dative(code: str) -> str:
    """For sentences: «по математике», «по русскому языку» (without «по»)."""
    return SUBJECTS[code].dative if code in SUBJECTS else code
