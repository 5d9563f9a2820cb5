"""The field of files that people attach."""

from typing import Any

from roadmaps.evidence.kinds import ACCEPT, ACCEPTED_IN_WORDS
from schools.forms import ManyFilesField, ManyFilesInput

FILES_AT_ONCE = 20  # in each field


class EvidenceField(ManyFilesField):
    """What a file is, and that it is not empty, is asked of each by itself when it is taken."""

    def __init__(self, **options: Any) -> None:
        usual = {
            "label": "Файлы и готовые снимки",
            "widget": ManyFilesInput(attrs={"accept": ACCEPT}),
            "help_text": f"Можно несколько: {ACCEPTED_IN_WORDS}. Место съёмки из снимков убирается.",
        }
        super().__init__(allow_empty_file=True, **(usual | options))
