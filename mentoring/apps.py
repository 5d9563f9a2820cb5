"""Tells roadmaps whose plans a pairing opens, that meetings, practices and score sheets keep files too, and what people
are told of here, and the indicators what may be counted: they may not know this app."""

from django.apps import AppConfig


class MentoringConfig(AppConfig):
    name = "mentoring"

    def ready(self) -> None:
        # Models can be imported only now.
        from indicators import pairs
        from indicators.records import register
        from mentoring.models import MeetingFile, PracticeFile, ScoreFile
        from mentoring.queries.awaited import DUTIES
        from mentoring.queries.score_duty import DUTIES as SCORING_DUTIES
        from mentoring.queries.sides import schools_helped_by
        from mentoring.sources import SOURCES
        from mentoring.sources.pairings import read_pairs
        from roadmaps import further_duties, opening
        from roadmaps.jobs import evidence

        opening.register(schools_helped_by)
        evidence.register(MeetingFile)
        evidence.register(PracticeFile)
        evidence.register(ScoreFile)
        further_duties.register(DUTIES)
        further_duties.register(SCORING_DUTIES)
        pairs.register(read_pairs)
        for kind, keeper in SOURCES:
            register(kind, keeper)
