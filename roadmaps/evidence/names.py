"""Names of files as people gave them: what they say of danger, and what is shown of them."""

import re
import unicodedata
from pathlib import PurePosixPath

from roadmaps.evidence.kinds import EvidenceRefused, Kind

MAX_STEM = 120  # with an extension still a name that every file system takes
NAMELESS = "Файл"

PROGRAMS = frozenset({
    "exe", "com", "scr", "pif", "msi", "msp", "msix", "bat", "cmd", "ps1", "psm1", "vb", "vbs", "vbe", "js", "jse",
    "mjs", "ws", "wsf", "wsh", "hta", "cpl", "jar", "apk", "app", "dll", "sys", "lnk", "url", "reg", "inf", "sh",
    "bash", "py", "pyw", "php", "pl", "rb", "scf", "chm", "dmg", "pkg", "deb", "rpm", "bin", "iso", "img", "vhd",
    "vhdx", "settingcontent-ms",
})  # fmt: skip
MARKUP = frozenset({
    "html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "xslt", "swf",
})  # fmt: skip
ARCHIVES = frozenset({
    "zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "zst", "cab", "arj", "lzh", "ace",
})  # fmt: skip
WITH_MACROS = frozenset({
    "docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "xla", "pptm", "potm", "ppsm", "ppam", "sldm",
})  # fmt: skip

PROGRAM_REFUSED = "Это программа или сценарий, такие файлы портал не принимает. Приложите документ или снимок."
MARKUP_REFUSED = (
    "Это веб-страница или рисунок SVG, в них бывают сценарии. Сохраните страницу как PDF или сделайте снимок."
)
ARCHIVE_REFUSED = "Это архив. Распакуйте его и приложите файлы из него по отдельности."
MACROS_REFUSED = "В файле есть макросы. Сохраните его без них: как DOCX, XLSX, PPTX или PDF."
REFUSED_BY_EXTENSION = (
    (PROGRAMS, PROGRAM_REFUSED),
    (MARKUP, MARKUP_REFUSED),
    (ARCHIVES, ARCHIVE_REFUSED),
    (WITH_MACROS, MACROS_REFUSED),
)


def extension_of(name: str) -> str:
    """In small letters, without the dot; "" where there is none. Dots and spaces at the end do not count."""
    return PurePosixPath(_last_part(name)).suffix.lstrip(".").lower()


def refuse_dangerous_extension(name: str) -> None:
    """Whatever is inside: a name that a computer would start must not get round.

    Raises EvidenceRefused.
    """
    extension = extension_of(name)
    for extensions, refusal in REFUSED_BY_EXTENSION:
        if extension in extensions:
            raise EvidenceRefused(refusal)


def shown_name(name: str, kind: Kind) -> str:
    """The name for people: no folders, nothing invisible, and the extension of what the file is.

    A sign that turns the direction of writing shows «gpj.exe» as «exe.jpg», so signs that cannot be seen are left out.
    """
    last = _last_part(name)
    stem = last if _is_only_a_stem(last, kind) else PurePosixPath(last).stem
    stem = re.sub(r'[:*?"<>|]+', "_", stem)[:MAX_STEM].strip(" .")
    return f"{stem or NAMELESS}.{kind}"


def _last_part(name: str) -> str:
    visible = "".join(
        " " if unicodedata.category(sign) in ("Zs", "Zl", "Zp") or sign in "\t\r\n" else sign
        for sign in unicodedata.normalize("NFC", name)
        if unicodedata.category(sign)[0] != "C" or sign in "\t\r\n"
    )
    return re.split(r"[/\\]", visible)[-1].strip(" .")


def _is_only_a_stem(last: str, kind: Kind) -> bool:
    """«Протокол от 12.09.2021» ends in no extension, though there is a dot in it."""
    extension = extension_of(last)
    return extension != kind and (not extension.isalnum() or extension.isdigit() or len(extension) > 5)
