"""What a round of expertise usually is: its criteria and its month. A proposal that whoever assigns it corrects."""

import calendar
import datetime as dt

# What a programme of «500+» consists of; the third is Армавир's, 5.1, «Достаточность методической помощи».
OF_PROGRAMMES = (
    "Цель и задачи отвечают рискам школы",
    "Показатели измеримы: есть исходные и плановые значения",
    "В дорожной карте есть адресные мероприятия по восполнению выявленных дефицитов и снижению рисков",
    "У мероприятий есть сроки и ответственные",
)
# The first two are the planned result of Сургут's project, the others Армавир's, 5.1.
OF_RESULTS = (
    "Положительная динамика по количественным и качественным показателям относительно стартовых результатов школы",
    "Устойчивое развитие в эффективном формате",
    "Выполнение дорожной карты (плана-графика): полнота и своевременность выполнения мероприятий",
    "Доступность методической помощи",
)
# As the roadmap of Сургут has them: февраль, март, декабрь.
MONTHS = {"mutual": 2, "programmes": 3, "results": 12}
TITLES = {
    "mutual": "Взаимоэкспертиза программ",
    "programmes": "Экспертиза программ",
    "results": "Экспертиза результатов деятельности",
}


def usual_criteria(kind: str) -> tuple[str, ...]:
    return OF_RESULTS if kind == "results" else OF_PROGRAMMES


def usual_due(kind: str, today: dt.date) -> dt.date:
    """The last day of its month, this year's or, when that is over, the next."""
    month = MONTHS[kind]
    year = today.year if month >= today.month else today.year + 1
    return dt.date(year, month, calendar.monthrange(year, month)[1])
