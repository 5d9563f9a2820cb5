"""Photographs are kept without the place where they were taken, upright and small."""

import io

import pytest
from PIL import Image, ImageCms, ImageFile

from roadmaps.evidence import pictures
from roadmaps.evidence.examine import examine
from roadmaps.evidence.kinds import EvidenceRefused, Kind
from tests.roadmaps import made

LIMIT = 64 * 1024 * 1024


def kept(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(examine("снимок.jpg", content, max_bytes=LIMIT).content))


def refusal(content: bytes) -> str:
    with pytest.raises(EvidenceRefused) as refused:
        examine("снимок.jpg", content, max_bytes=LIMIT)
    return str(refused.value)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_left_of_a_photograph_but_what_one_sees(format):
    hidden = made.package({"a.txt": made.PLACE}, packed=0) + made.HTML
    content = made.photograph(format, behind=hidden)
    assert made.PLACE.encode() in content
    examined = examine("снимок", content, max_bytes=LIMIT)
    for drawn in (examined.content, examined.preview):
        image = Image.open(io.BytesIO(drawn))
        image.load()
        assert not image.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "Comment"} & image.info.keys()
        assert not [word for word in (made.PLACE.encode(), b"Telephone", b"<script", b"PK\x03\x04") if word in drawn]


def is_dark(image: Image.Image, left: float, top: float) -> bool:
    shade = image.convert("L").getpixel((int(left * (image.width - 1)), int(top * (image.height - 1))))
    return shade < 128


@pytest.mark.parametrize(
    "turned, size, dark",
    [
        (1, (640, 400), (0.1, 0.1)), (2, (640, 400), (0.9, 0.1)),
        (3, (640, 400), (0.9, 0.9)), (4, (640, 400), (0.1, 0.9)),
        (5, (400, 640), (0.1, 0.1)), (6, (400, 640), (0.9, 0.1)),
        (7, (400, 640), (0.9, 0.9)), (8, (400, 640), (0.1, 0.9)),
        (77, (640, 400), (0.1, 0.1)),
    ],
)  # fmt: skip
def test_a_photograph_stands_upright_however_the_telephone_was_held(turned, size, dark):
    image = kept(made.photograph(turned=turned))
    assert image.size == size
    corners = [(left, top) for left in (0.1, 0.9) for top in (0.1, 0.9)]
    assert [corner for corner in corners if is_dark(image, *corner)] == [dark]


def test_a_photograph_from_a_telephone_becomes_a_few_hundred_kilobytes_that_can_be_read():
    big = made.picture(4080, 3060)
    big.paste(made.noise(600, 400), (1500, 1500))
    content = made.photograph(image=big)
    examined = examine("снимок.jpg", content, max_bytes=LIMIT)
    assert Image.open(io.BytesIO(examined.content)).size == (2560, 1920)
    assert len(examined.content) < 400_000
    assert Image.open(io.BytesIO(examined.preview)).size == (480, 360)
    assert len(examined.preview) < 40_000


def test_a_narrow_strip_keeps_a_pixel():
    assert kept(made.photograph(image=Image.new("RGB", (9000, 1)))).size == (2560, 1)


def test_the_same_photograph_gives_the_same_bytes():
    once, twice = (examine("a.jpg", made.photograph(), max_bytes=LIMIT) for _ in range(2))
    assert (once.content, once.preview) == (twice.content, twice.preview)


def test_a_screenshot_stays_sharp_and_a_large_png_becomes_a_photograph():
    assert examine("a.png", made.photograph("PNG"), max_bytes=LIMIT).kind is Kind.PNG
    assert examine("a.png", made.photograph("PNG", image=made.noise(800, 600)), max_bytes=LIMIT).kind is Kind.JPEG


@pytest.mark.parametrize("mode, format", [("L", "JPEG"), ("CMYK", "JPEG"), ("L", "PNG"), ("P", "PNG"), ("1", "PNG")])
def test_every_way_to_store_colours_is_drawn_as_it_looks(mode, format):
    written = io.BytesIO()
    made.picture().convert(mode).save(written, format)
    image = kept(written.getvalue())
    assert is_dark(image, 0.1, 0.1)
    assert not is_dark(image, 0.9, 0.9)
    assert image.mode in ("RGB", "L")


def test_sixteen_bits_of_grey_keep_their_shade():
    written = io.BytesIO()
    Image.new("I;16", (50, 50), 128 * 257).save(written, "PNG")
    assert kept(written.getvalue()).getpixel((9, 9)) == 128


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white_paper(mode):
    written = io.BytesIO()
    image = Image.new("RGBA", (50, 50), (0, 0, 0, 0)).convert(mode)
    image.save(written, "PNG", **({"transparency": image.getpixel((0, 0))} if mode == "P" else {}))
    assert not is_dark(kept(written.getvalue()), 0.5, 0.5)


def test_colours_are_what_the_profile_meant():
    """Here it takes red for blue and the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    written = io.BytesIO()
    Image.new("RGB", (50, 50), (200, 30, 30)).save(written, "JPEG", quality=95, icc_profile=swapped)
    red, _, blue = kept(written.getvalue()).getpixel((9, 9))
    assert blue > 180
    assert red < 60


@pytest.mark.parametrize("profile", [b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()])
def test_a_profile_that_does_not_fit_is_left_aside(profile):
    written = io.BytesIO()
    made.picture().save(written, "JPEG", icc_profile=profile)
    assert is_dark(kept(written.getvalue()), 0.1, 0.1)


def test_a_telephone_that_writes_nonsense_about_itself_is_forgiven():
    content = made.photograph()
    at = content.index(b"Exif\0\0") + 6
    assert kept(content[:at] + b"\xff" * 60 + content[at + 60 :]).size == (640, 400)


@pytest.mark.parametrize("width, height", [(30_000, 2_000), (1_000_000, 1_000_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(width, height):
    said = refusal(made.png_that_says_to_be(width, height))
    assert said.startswith(f"Снимок слишком велик: {width} × {height}") or said == pictures.OTHER_REFUSED


def test_a_photograph_of_sixty_four_megapixels_is_taken():
    """What the limit is for; drawn at a part of its size, so that the test is quick."""
    assert kept(made.photograph(image=Image.new("L", (9248, 6936), 200))).size == (2560, 1920)


@pytest.mark.parametrize(
    "content", [made.photograph()[:3000], made.photograph("PNG")[:-30], b"\xff\xd8\xff\xe0" + bytes(99)]
)
@pytest.mark.parametrize("is_lenient", [False, True], ids=["alone", "beside WeasyPrint"])
def test_a_photograph_that_came_in_part_is_refused(content, is_lenient, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", is_lenient)
    assert refusal(content) == pictures.DAMAGED_REFUSED
    assert ImageFile.LOAD_TRUNCATED_IMAGES is is_lenient
