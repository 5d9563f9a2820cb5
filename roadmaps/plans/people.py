"""People named in what somebody types, where a text is for many and has to do without names.

Documents write «Андреева А.П.», and when a plan is read no more is looked for (`texts.persons`). At a keyboard people
write «Смирнов Коля» and «с Ивановой Марией Петровной» too. Whom lessons are about may be named: poets, heroes. It may
miss a rare name, since nothing here knows who works where.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from roadmaps.plans.texts import persons

_GIVEN = re.findall(
    r"\w+",
    """
    Александр Алексей Анатолий Андрей Антон Аркадий Арсений Артём Артем Артур Борис Вадим Валентин Валерий
    Василий Виктор Виталий Владимир Владислав Вячеслав Геннадий Георгий Герман Глеб Григорий Даниил Данил
    Даня Денис Дима Дмитрий Евгений Егор Захар Иван Игорь Илья Кирилл Константин Коля Костя Лёша Леонид Лев
    Льв Макар Максим Марат Марк Матвей Миша Михаил Мирон Никита Николай Олег Павел Павл Паша Пётр Петр Петя
    Роман Рома Руслан Рустам Савелий Саша Святослав Семён Семен Сергей Серёжа Станислав Степан Тимофей Тимур
    Фёдор Федор Филипп Юра Юрий Ярослав Вова Ваня Вася Женя Витя Гриша Слава Александра Алина Алиса Алёна
    Алена Алла Алсу Анастасия Ангелина Анжелика Анна Аня Валентина Валерия Варвара Василиса Вера Вероника
    Виктория Галина Дарья Даша Диана Ева Евгения Екатерина Катя Елена Лена Елизавета Лиза Жанна Зоя Зинаида
    Инна Ирина Ира Карина Кира Кристина Ксения Лариса Лидия Любовь Людмила Люда Маргарита Марина Мария Маша
    Милана Надежда Надя Наталья Наталия Наташа Нина Оксана Оля Ольга Полина Раиса Регина Римма Светлана
    Света София Софья Соня Таисия Тамара Татьяна Таня Ульяна Юлия Юля Яна
    """,
)
_ENDINGS = {"й": "й я ю ем е и", "ь": "ь я ю ем е и", "а": "а ы и е у ой ей", "я": "я и ю е ей"}

# Surname and initials of those about whom one teaches.
_TAUGHT_ABOUT = """
    Пушкин А.С. Лермонтов М.Ю. Гоголь Н.В. Толстой Л.Н. Толстой А.Н. Толстой А.К. Чехов А.П. Достоевский Ф.М.
    Тургенев И.С. Некрасов Н.А. Есенин С.А. Маяковский В.В. Шолохов М.А. Булгаков М.А. Бунин И.А. Горький М.
    Гончаров И.А. Островский А.Н. Грибоедов А.С. Крылов И.А. Фонвизин Д.И. Державин Г.Р. Жуковский В.А.
    Тютчев Ф.И. Пастернак Б.Л. Солженицын А.И. Твардовский А.Т. Паустовский К.Г. Пришвин М.М. Цветаева М.И.
    Ахматова А.А. Чуковский К.И. Михалков С.В. Носов Н.Н. Каренина А. Онегин Е. Болконский А. Ломоносов М.В.
    Менделеев Д.И. Чайковский П.И. Глинка М.И. Невский А. Суворов А.В. Кутузов М.И. Жуков Г.К. Гагарин Ю.А.
    Королёв С.П. Макаренко А.С. Сухомлинский В.А. Ушинский К.Д. Выготский Л.С. Занков Л.В. Эльконин Д.Б.
    Давыдов В.В. Петерсон Л.Г. Шаталов В.Ф. Амонашвили Ш.А. Монтессори М. Столыпин П.А. Ленин В.И. Сталин И.В.
"""

_WORD = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?")
_ANY_WORD = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[А-ЯЁ]{3,}|[а-яё]{3,}")
_LOOSE_INITIALS = re.compile(r"\b([А-ЯЁ][а-яё]+) [А-ЯЁ] [А-ЯЁ]\b|(?<![.\w])[А-ЯЁ]\. ?([А-ЯЁ][а-яё]{2,})")
_SURNAME = re.compile(
    r".{2,}(?:[оеё]в|[иы]н)(?:а|у|ым|ой|е|ы|ых)?|.{2,}[сц]к(?:ий|ого|ому|им|ом|ая|ой|ую|ие|их)|.{3,}(?:ко|ук|юк|ян|дзе|швили)"
)
_PATRONYMIC = re.compile(r".{2,}(?:[оеь]вич|[иь]ич|[оеё]вн|[иь]?ничн)(?:[аеу]|ем|ой|ы)?")
_BY_NAME = re.compile(r"(?:имени|им\.)\s[^,;.]{0,40}$")  # of a school, a street: «имени Юрия Гагарина»
_PUPIL = re.compile(r"(?i:учени[кц]|учащ|обучающ|школьни|ребён|ребен)|\b\d{1,2}\s?[«\"]?[А-Г][»\"]?(?![а-яё])")
_NEAR = 60  # signs between a name and what says that it is a pupil's


def _forms(name: str) -> Iterator[str]:
    last = name[-1]
    stem, endings = (name[:-1], _ENDINGS[last].split()) if last in _ENDINGS else (name, ["", "а", "у", "ом", "ем", "е"])
    yield from (stem + ending for ending in endings)


_GIVEN_FORMS = {form for name in _GIVEN for form in _forms(name)}
_KNOWN = [(surname[:-1] if len(surname) < 7 else surname[:-2], initials) for surname, initials in
          re.findall(r"(\S+) ((?:[А-ЯЁ]\.)+)", _TAUGHT_ABOUT)]  # fmt: skip


def people_named(text: str) -> list[str]:
    """«Андреева А.П.», «Коля Смирнов», «Марией Петровной»; not whom lessons are about or a school is named after."""
    return [words for start, words in _named(text) if not _BY_NAME.search(text[:start])]


def pupils_named(text: str) -> list[str]:
    """Names that stand beside «ученик», «обучающаяся» or a class: «Ученик Смирнов Коля», «Петрова Маша из 7Б»."""
    near = [(start, words, text[max(0, start - _NEAR) : start + len(words) + _NEAR]) for start, words in _named(text)]
    return [words for _, words, around in near if _PUPIL.search(around)]


def _named(text: str) -> Iterator[tuple[int, str]]:
    for words in persons(text):
        start = text.index(words)
        after = _WORD.match(text[start + len(words) :].lstrip())  # «Творчество А.С. Пушкина»: the initials are his
        if not _is_taught_about(f"{words} {after[0] if after else ''}", "".join(re.findall(r"[А-ЯЁ](?=\.)", words))):
            yield start, words
    for loose in _LOOSE_INITIALS.finditer(text):
        surname = loose[1] or loose[2]
        letters = "".join(re.findall(r"[А-ЯЁ](?![а-яё])", loose[0]))
        if _SURNAME.fullmatch(surname) and not _is_taught_about(surname, letters):
            yield loose.start(), loose[0]
    found = list(_ANY_WORD.finditer(text))
    for first, second in pairwise(found):
        if text[first.end() : second.start()].strip(" ") or first.end() == second.start():
            continue
        both = (first[0].capitalize(), second[0].capitalize())
        if _is_written_as_name(first[0], second[0]) and not _is_taught_about(" ".join(both), both[0][0] + both[1][0]):
            yield first.start(), f"{first[0]} {second[0]}"


def _is_written_as_name(first: str, second: str) -> bool:
    """Without capital letters only a given name with a patronymic is plain enough; «уровне» ends as one does too."""
    if first.islower() and second.islower():
        return first.capitalize() in _GIVEN_FORMS and bool(_PATRONYMIC.fullmatch(second))
    if first.isupper() and second.isupper():
        return {first.capitalize(), second.capitalize()} & _GIVEN_FORMS != set() and _is_name(
            first.capitalize(), second.capitalize()
        )
    return first.istitle() and second.istitle() and _is_name(first, second)


def _is_name(first: str, second: str) -> bool:
    given = [word in _GIVEN_FORMS for word in (first, second)]
    if any(_PATRONYMIC.fullmatch(word) for word in (first, second)):
        return True
    return any(given) and any(_SURNAME.fullmatch(word) for word, is_given in zip((first, second), given, strict=True)
                              if not is_given)  # fmt: skip


def _is_taught_about(words: str, letters: str) -> bool:
    """By surname and at least the first of the initials, in whatever order."""
    return any(stem in words and initials[0] in letters for stem, initials in _KNOWN)
