"""The gallery: whole, small, described, and readable on a phone."""
import html.parser
import pathlib
import re

import pytest

from conftest import until
from serving import ROOT

GALLERY = ROOT / "docs/gallery"
PAGE = (GALLERY / "index.html").read_text()
FILES = [*GALLERY.glob("pictures/*"), *GALLERY.glob("films/*")]


class Tags(html.parser.HTMLParser):
    """Every start tag of a page: name, attributes."""

    def __init__(self, text):
        super().__init__()
        self.all = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.all.append((tag, dict(attributes)))


TAGS = Tags(PAGE).all


def test_everything_it_names_is_there_and_everything_there_is_named():
    named = {a[key] for _, a in TAGS for key in ("src", "href", "poster") if key in a}
    ids = {a["id"] for _, a in TAGS if "id" in a}
    assert {name.removeprefix("#") for name in named if name.startswith("#")} <= ids
    paths = {(GALLERY / name).resolve() for name in named if not name.startswith("#")}
    assert [path for path in paths if not path.is_file()] == []
    assert set(FILES) - paths == set()


def test_every_picture_is_described_and_lazy():
    pictures = [a for tag, a in TAGS if tag == "img"]
    assert len(pictures) >= 100
    assert all(a["alt"].strip() and a["loading"] == "lazy" and a["width"] and a["height"] for a in pictures)
    assert len({a["alt"] for a in pictures}) > 0.9 * len(pictures), "pictures of different things are described alike"


def test_films_wait_to_be_played():
    films = [a for tag, a in TAGS if tag == "video"]
    assert 3 <= len(films) <= 5
    assert all({"controls", "muted", "playsinline"} <= a.keys() and a["aria-label"] and a["preload"] == "metadata"
               for a in films)


def test_the_page_is_the_template_filled():
    rest = PAGE
    for part in re.split(r"^\s*\{\{\w+\}\}\n", (GALLERY / "template.html").read_text(), flags=re.M):
        assert part in rest, "run docs/gallery/build.sh"
        rest = rest.split(part, 1)[1]


def test_it_is_small():
    size = sum(path.stat().st_size for path in GALLERY.rglob("*") if path.is_file())
    print(f"{size} bytes")
    assert size <= 3_000_000


@pytest.mark.parametrize("name, width, scheme", [
    ("light", 1200, "light"), ("dark", 1200, "dark"), ("phone", 360, "light"), ("phone-dark", 360, "dark")])
def test_it_fits_the_window(browser, artefacts, name, width, scheme):
    with browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(pathlib.Path(GALLERY / "index.html").as_uri())
        page.evaluate("""Promise.all([...document.images].map((image) => {
            image.loading = "eager"
            return image.decode()
        }))""")
        beyond = page.evaluate("""[...document.querySelectorAll("body *:not(nav *)")]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
            .map((element) => element.outerHTML.slice(0, 80))""")
        assert beyond == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        until(page, "[...document.querySelectorAll('video')].every((film) => film.duration <= 6)")
        # A picture is never shown smaller than can be judged, nor out of shape.
        shapes = page.evaluate("""[...document.images].map((image) => [image.clientWidth,
            image.clientWidth / image.clientHeight - image.naturalWidth / image.naturalHeight])""")
        assert all(shown >= 95 and abs(off) < 0.05 for shown, off in shapes)
        page.screenshot(path=artefacts / f"gallery-{name}.png")
        # One by one: a picture of the whole page is higher than the browser can draw.
        page.add_style_tag(content="nav { position: static !important }")
        for section in page.locator("section").all():
            section.screenshot(path=artefacts / f"gallery-{name}-{section.get_attribute('id')}.png")
