"""The procedures that measure pupils, with their waves and attempts. Pure: no Django here."""

from enum import StrEnum


class Procedure(StrEnum):
    VPR = "vpr"
    OGE = "oge"
    EGE = "ege"
    GVE = "gve"
    KDR = "kdr"
    RDR = "rdr"
    VSOSH = "vsosh"
    INTERIM = "interim"
    LOCAL = "local"
    RESH = "resh"
    VSOKO = "vsoko"
    NOKO = "noko"

    @property
    def label(self) -> str:
        return PROCEDURE_LABELS[self]


PROCEDURE_LABELS = {
    Procedure.VPR: "ВПР",
    Procedure.OGE: "ОГЭ",
    Procedure.EGE: "ЕГЭ",
    Procedure.GVE: "ГВЭ",
    Procedure.KDR: "КДР",
    Procedure.RDR: "РДР",
    Procedure.VSOSH: "ВсОШ",
    Procedure.INTERIM: "Промежуточная аттестация",
    Procedure.LOCAL: "Муниципальный срез",
    Procedure.RESH: "РЭШ",
    Procedure.VSOKO: "ВСОКО",
    Procedure.NOKO: "НОКО",
}

# Here a pupil who failed may sit again, so results are read as «до пересдач» and «с учётом пересдач».
WITH_RESITS = frozenset({Procedure.OGE, Procedure.EGE, Procedure.GVE})


class Wave(StrEnum):
    MAIN = "main"
    SPRING = "spring"
    AUTUMN = "autumn"

    @property
    def label(self) -> str:
        return {Wave.MAIN: "основной период", Wave.SPRING: "весна", Wave.AUTUMN: "осень"}[self]


class Attempt(StrEnum):
    """FIRST and RESIT are stored; FIRST and BEST are read."""

    FIRST = "first"
    RESIT = "resit"
    BEST = "best"

    @property
    def label(self) -> str:
        return {
            Attempt.FIRST: "до пересдач",
            Attempt.RESIT: "пересдача",
            Attempt.BEST: "с учётом пересдач",
        }[self]
