"""Pictures and sounds: what becomes of the files, and how they are shown."""

from __future__ import annotations

import base64
import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import pypdfium2 as pdfium
import pytest
from PIL import Image
from PIL.ImageCms import ImageCmsProfile, createProfile
from PIL.PngImagePlugin import PngInfo

from builder import model
from builder.build.cache import Cache, Pieces
from builder.kept import keeping
from builder.source.assets import read_asset
from builder.source.audio import sound_type
from builder.source.raster import MAX_SIDE, NotUsableError, read_raster
from builder.source.svg import read_svg
from builder.span import Span
from tests import flashcard_reading
from tests.anki_fixture import collection, take_in
from tests.courses import build_in, errors, write_course
from tests.handout_reading import MM, Reading, bare

ORIENTATION = 0x0112
HERE = Span("leaf.md", 1, 1, 1, 2)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def turned(width: int, height: int) -> bytes:
    """Return a photo as telephones write it: lying, with a note to turn it."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return encoded(Image.new("RGB", (width, height), "green"), "JPEG", exif=exif)


# --- Files -----------------------------------------------------------------------------------


def test_a_photo_is_turned_upright_and_keeps_no_note_to_turn_it() -> None:
    raster = read_raster(turned(40, 20))
    assert raster[2:] == (20, 40)
    with Image.open(io.BytesIO(raster.data)) as image:
        assert (image.size, image.getexif().get(ORIENTATION)) == ((20, 40), None)


@pytest.mark.parametrize("data", [turned(40, 20), encoded(Image.new("RGB", (30, 20)), "JPEG")])
def test_a_picture_that_is_known_is_not_decoded_again(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was changed or not; under another name it is what it was."""
    for name in ("photo.jpg", "copy.jpg"):
        (tmp_path / name).write_bytes(data)
    with keeping(Pieces(Cache(tmp_path / "cache"), "")):
        first = read_asset(tmp_path, model.Image("photo.jpg", "", HERE), "course")
        monkeypatch.setattr("builder.source.raster.read_raster", None)  # it would fail
        again = read_asset(tmp_path, model.Image("photo.jpg", "", HERE), "course")
        copy, _ = read_asset(tmp_path, model.Image("copy.jpg", "", HERE), "course")
    assert first == again
    assert first[0]
    assert copy == replace(first[0], name="copy.jpg")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_no_page_could_show_is_made_smaller(kind: str) -> None:
    raster = read_raster(encoded(Image.new("RGB", (MAX_SIDE * 2, 100)), kind))
    assert (raster.kind, raster.width, raster.height) == (kind, MAX_SIDE, 50)


def test_all_other_pictures_stay_as_they_are() -> None:
    data = encoded(Image.new("RGB", (300, 200)))
    assert read_raster(data).data == data


SECRET = b"52.5163 north"


def _telling(kind: str) -> bytes:
    """Return a picture whose file tells more than its pixels, in every way that it can."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    text = PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    profile = ImageCmsProfile(createProfile("sRGB")).tobytes()
    options = {"exif": exif, "xmp": SECRET, "comment": SECRET, "pnginfo": text}
    frames = [Image.effect_noise((24, 16), 90).convert("RGB") for _ in range(2)]
    moving = {} if kind == "JPEG" else {"save_all": True, "append_images": frames[1:]}
    return encoded(frames[0], kind, icc_profile=profile, **options, **moving) + SECRET


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "MPO"])
def test_a_file_tells_nothing_but_its_pixels(kind: str) -> None:
    """Not where a photo was taken; but its colours, its frames, and the profile they need, stay."""
    told = _telling(kind)
    raster = read_raster(told)
    assert SECRET not in raster.data
    assert read_raster(raster.data) == raster
    with Image.open(io.BytesIO(told)) as old, Image.open(io.BytesIO(raster.data)) as new:
        assert old.tobytes() == new.tobytes()
        assert old.info.get("icc_profile") == new.info.get("icc_profile")
        if kind != "MPO":  # which is a JPEG, with another one behind it
            old.seek(getattr(new, "n_frames", 1) - 1)
            new.seek(getattr(old, "n_frames", 1) - 1)
            assert old.tobytes() == new.tobytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_broken_file_is_usable_or_not_and_nothing_else(kind: str) -> None:
    data, chance = _telling(kind), Random(1)
    for _ in range(60):
        broken = bytearray(data[: chance.randrange(len(data))])
        for _ in range(chance.randrange(4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with suppress(NotUsableError):
            read_raster(bytes(broken))


def test_too_many_pixels_are_refused_before_they_are_unpacked() -> None:
    data = encoded(Image.new("1", (10_000, 6_000)))
    with pytest.raises(NotUsableError, match="10,000 × 6,000 pixels"):
        read_raster(data)


def test_an_svg_is_the_same_whatever_else_the_process_did() -> None:
    """Libraries register prefixes of namespaces for the whole process; ours must not be theirs."""
    data = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
    before = read_svg(data).data
    ET.register_namespace("", "")
    ET.register_namespace("odd", "http://www.w3.org/2000/svg")
    assert read_svg(data).data == before


def test_an_svg_from_an_editor_keeps_what_is_drawn() -> None:
    pixel = base64.b64encode(encoded(Image.new("RGB", (1, 1))) + b"secret").decode()
    drawing = read_svg(
        f"""<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/y.dtd">
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
          xmlns:inkscape="http://inkscape" width="10mm" height="1in" inkscape:version="1">
        <metadata>secret</metadata><inkscape:page/><script>alert(1)</script>
        <a xlink:href="https://example.org"><rect onclick="x()" style="fill:url(#g)"/></a>
        <image xlink:href="data:image/png;base64,{pixel}"/><text>ö</text></svg>""".encode()
    )
    assert drawing.left_out == ()
    assert drawing.width == pytest.approx(37.795, abs=0.001)
    assert drawing.height == 96
    root = ET.fromstring(drawing.data)  # noqa: S314 - our own
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names == ["svg", "g", "rect", "image", "text"]
    assert root[0][0].attrib == {"style": "fill:url(#g)"}
    assert b"secret" not in drawing.data
    embedded = root[1].get("href", "").partition(",")[2]
    assert base64.b64decode(embedded) == encoded(Image.new("RGB", (1, 1)))


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_an_svg_that_hides_entities_in_its_encoding_is_refused(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE svg [<!ENTITY a "ö">]><svg/>'
    with pytest.raises(NotUsableError):
        read_svg(text.encode(encoding))


ODD = [
    *(
        f'<path d="{path}"/>'
        for path in ("garbage", "M", "M0 0 A1", "M 1e999 0 L NaN 1", "m0,0zzz")
    ),
    '<rect width="abc" height="-5" rx="inf"/>',
    '<g transform="rotate(1,2,3,4) matrix(1)"><rect width="1" height="1"/></g>',
    '<text x="a b c" dx="1e99 q" font-size="-3">t</text>',
    '<linearGradient id="g" href="#g"/><rect fill="url(#g)" width="9" height="9"/>',
    '<marker id="m"><path marker-end="url(#m)"/></marker><path d="M0 0L9 9" marker-end="url(#m)"/>',
    '<image href="data:image/png;base64,AAAA" width="1" height="1"/>',
    '<polygon points="1 2 3"/><ellipse rx="1%" ry="x"/><circle r="1e400"/>',
    '<filter id="f"><feOffset dx="a"/><feBlend/></filter><rect filter="url(#f)" width="1"/>',
]


@pytest.mark.parametrize("shapes", ODD)
def test_an_odd_svg_is_drawn_or_refused_and_spoils_nothing(shapes: str, tmp_path: Path) -> None:
    """WeasyPrint logs what it can't draw, and would leave out what stands behind it."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    topic = "# Leaf\n\n![odd](odd.svg)\n\nBehind it.\n"
    course = write_course(tmp_path / "content", {"leaf": topic}, 'title = "T"\ncode = "TT"')
    (course / "odd.svg").write_text(f"{head}{shapes}</svg>", encoding="utf-8")
    report = build_in(tmp_path, "handouts")
    if errors(report):
        assert set(errors(report)) == {"image-unreadable"}
        assert report.made == []
    else:
        reading = Reading((tmp_path / "output/th/handouts/leaf.pdf").read_bytes())
        assert reading.find("Behind it.")


def test_sounds_are_known_by_how_they_begin() -> None:
    assert sound_type(b"ID3\x04") == "audio/mpeg"
    assert sound_type(b"RIFF\x00\x00\x00\x00WAVE") == "audio/wav"
    assert sound_type(b"\x00\x00\x00\x20ftypM4A ") == "audio/mp4"
    assert sound_type(b"<html>") == ""


# --- Outputs ---------------------------------------------------------------------------------

TOPIC = """\
# Leaf

![A leaf](leaf.png "Its layers"){width=50%}

![A moving leaf](moving.gif)

## Review questions

### Who barks? ![a bark](dog.mp3)

![A leaf](leaf.png "Its layers"){width=25%}

---

A dog.
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    course = write_course(folder / "content", {"leaf": TOPIC})
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("#ff0000", "#0000ff")]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    (course / "leaf.png").write_bytes(encoded(Image.new("RGB", (900, 300), "#00aa00")))
    (course / "moving.gif").write_bytes(moving)
    (course / "dog.mp3").write_bytes(b"ID3 woof")
    assert errors(build_in(folder)) == []
    return folder / "output" / "th"


def test_a_picture_is_as_wide_as_was_asked_for(built: Path) -> None:
    """Text is 122 mm wide on A4, a card's 83 mm."""
    widths = sorted(right - left for left, _, right, _ in _pictures(built / "handouts/leaf.pdf"))
    assert widths == pytest.approx([60 * 0.75, 0.25 * 122 * MM, 0.5 * 122 * MM], abs=0.5)
    (card,) = _pictures(built / "flashcards/leaf.pdf")
    assert card[2] - card[0] == pytest.approx(0.25 * (97 - 14) * MM, abs=0.5)


def test_of_a_moving_picture_paper_shows_the_first(built: Path) -> None:
    page = pdfium.PdfDocument(built / "handouts/leaf.pdf")[0]
    colours = {colour for _, colour in page.render(scale=0.5).to_pil().getcolors(10**6) or ()}
    assert (255, 0, 0) in colours
    assert (0, 0, 255) not in colours


def test_captions_and_the_words_of_sounds_are_printed(built: Path) -> None:
    handout = bare(Reading((built / "handouts/leaf.pdf").read_bytes()).text(0))
    assert handout.count("Itslayers") == 2
    assert "♪abark" in handout
    printed = flashcard_reading.read((built / "flashcards/leaf.pdf").read_bytes())
    ((front, _),) = printed.fronts_and_backs()
    assert front.text == "Whobarks?♪abarkItslayers"


def test_anki_plays_the_sound_and_shows_the_caption(built: Path, tmp_path: Path) -> None:
    with collection(tmp_path) as anki:
        take_in(anki, (built / "th.apkg").read_bytes())
        (card,) = (anki.get_card(found) for found in anki.find_cards(""))
        rendered = card.render_output()
        (sound,) = rendered.question_av_tags
        media = Path(anki.media.dir())
        assert (media / sound.filename).read_bytes() == b"ID3 woof"  # type: ignore[union-attr]
        assert "<figcaption>Its layers</figcaption>" in rendered.question_text
        assert len(list(media.iterdir())) == 2


def _pictures(path: Path) -> list[tuple[float, float, float, float]]:
    reading = Reading(path.read_bytes())
    return [box for page in range(len(reading.pages)) for box in reading.pictures(page)]
