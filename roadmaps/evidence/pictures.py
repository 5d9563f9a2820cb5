"""Photographs: drawn anew from their pixels, so that nothing else of the file is left.

With the old file go the place and time of the shot, the telephone's serial number, comments and whatever was hidden
behind the picture. The same file always gives the same bytes.
"""

import io
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile

from roadmaps.evidence.kinds import EvidenceRefused, Kind

LONG_SIDE = 2560  # pixels: an A4 sheet of minutes is read at 200 dots per inch
PREVIEW_SIDE = 480
QUALITY, PREVIEW_QUALITY = 78, 72  # of JPEG
MAX_PNG_BYTES = 1024 * 1024  # a larger one is a photograph and not a screenshot
# A telephone's 64 megapixels; a JPEG is decoded at the size that is needed, others as a whole.
MAX_PIXELS_OF_JPEG, MAX_PIXELS = 66_000_000, 30_000_000
READABLE = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
DAMAGED = (
    OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, struct.error, zlib.error,
)  # fmt: skip

HEIC_REFUSED = (
    "Это снимок HEIC. Сохраните его как JPEG: на iPhone «Настройки → Камера → Форматы → Наиболее совместимые» "
    "или отправьте снимок себе и скачайте его как JPEG."
)
OTHER_REFUSED = "Снимки такого вида портал не принимает. Сохраните снимок как JPEG или PNG, скан — как PDF."
DAMAGED_REFUSED = "Снимок повреждён или передан не до конца. Откройте его у себя, сохраните заново и приложите ещё раз."
TOO_LARGE_REFUSED = "Снимок слишком велик: {width} × {height} точек. Уменьшите его до {limit} миллионов точек."

ORIENTATION = 0x0112  # of EXIF: how the telephone was held
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A decoded picture takes hundreds of megabytes at worst: a process has one at a time, however many threads it has.
ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Picture:
    kind: Kind
    content: bytes
    preview: bytes  # JPEG


def redraw(content: bytes, media_type: str) -> Picture:
    """The picture without all that is not seen, and a small one of it. Raises EvidenceRefused."""
    if media_type not in READABLE:
        raise EvidenceRefused(HEIC_REFUSED if media_type in ("image/heic", "image/heif") else OTHER_REFUSED)
    with ONE_AT_A_TIME, _whole_pictures_only():
        try:
            image = _decoded(content, READABLE[media_type])
            kind, drawn = _encoded(image, may_be_png=media_type == "image/png")
            image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
            return Picture(kind, drawn, _jpeg(image, PREVIEW_QUALITY))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise EvidenceRefused(OTHER_REFUSED) from None
        except DAMAGED:
            raise EvidenceRefused(DAMAGED_REFUSED) from None


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """WeasyPrint, once it is imported, has Pillow take half a picture for a whole one; half of the minutes prove
    nothing."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _decoded(content: bytes, format: str) -> Image.Image:
    """RGB or grey, upright, in sRGB, at most LONG_SIDE long."""
    image: Image.Image = Image.open(io.BytesIO(content), formats=(format,))
    _refuse_too_many_pixels(image, MAX_PIXELS_OF_JPEG if format == "JPEG" else MAX_PIXELS)
    image.draft(None, (LONG_SIDE, LONG_SIDE))
    image.load()
    turn = TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    image = _opaque(image)
    image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    if profile:
        image = _in_srgb(image, profile)
    if image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    if turn is not None:
        image = image.transpose(turn)
    image.info.clear()  # encoders take comments and profiles from there
    return image


def _refuse_too_many_pixels(image: Image.Image, limit: int) -> None:
    width, height = image.size
    if width * height > limit:
        raise EvidenceRefused(TOO_LARGE_REFUSED.format(width=width, height=height, limit=limit // 1_000_000))


def _orientation(image: Image.Image) -> int:
    """1, upright, where the file says nothing or nothing that can be read."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except DAMAGED:
        return 1


def _opaque(image: Image.Image) -> Image.Image:
    """Without transparency, on white; shades of sixteen bits as eight."""
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda shade: shade / 256).convert("L")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGB") if image.mode == "P" else image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the telephone meant them; a profile that cannot be used is not."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        drawn = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *DAMAGED):
        return image
    return drawn or image


def _encoded(image: Image.Image, *, may_be_png: bool) -> tuple[Kind, bytes]:
    """Screenshots and drawings stay sharp as PNG; what is a photograph becomes JPEG."""
    if may_be_png:
        written = io.BytesIO()
        image.save(written, "PNG", optimize=True)
        if written.tell() <= MAX_PNG_BYTES:
            return Kind.PNG, written.getvalue()
    return Kind.JPEG, _jpeg(image, QUALITY)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    return written.getvalue()
