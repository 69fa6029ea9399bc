"""Takes the pictures in docs/screens: every state of every page, by day and by night, on a desk and on a phone. The states of
one tour (states.py) lie on one sheet for each of these kinds. Run it after changes of a page, and look at them:

    cache/venv/bin/python Tests/Web/screens.py [NAME]...      # only tours whose name contains one of these

A picture with nothing in a frame, a canvas or a video is a fault: it is waited for, then told.
"""
import io
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

from PIL import Image, ImageDraw, ImageFont, ImageStat
from playwright.sync_api import Frame, sync_playwright

from conftest import CHROMIUM, DRAWING
from serving import ROOT
from states import ORDINARY, SCRIPTS, SIZES, TOURS, place, visiting

TARGET = ROOT / "docs/screens"
# Whether by night, and whether on a phone. The size changes from each to the next, so that everything is drawn anew.
KINDS = {"desk": (False, False), "phone-night": (True, True), "night": (True, False), "phone": (False, True)}
# After a change of size, milliseconds.
SETTLE = 500
PATIENCE = 60
# A page that is longer is shown as far as the window goes; a picture that is taller goes on beside itself.
LONGEST, TALLEST = 8000, 1900
# Pixels of a sheet: its width, of the widest picture in it, between pictures, of the line above each.
ROW, WIDEST, GAP, LINE = 1884, 800, 16, 26
# Round a part of a page, pixels.
MARGIN = 14
# A picture that differs less within itself is blank.
BLANK = 2


def main():
    wanted = sys.argv[1:]
    TARGET.mkdir(exist_ok=True)
    program = os.environ.get("FLEXATAR") or str(ROOT / ".build/release/flexatar")
    taken, failed = set(), []
    with tempfile.TemporaryDirectory() as folder, place(program, pathlib.Path(folder)) as at, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*DRAWING, "--no-sandbox", "--use-fake-ui-for-media-stream",
                                            "--use-fake-device-for-media-stream"])
        for name in TOURS:
            if wanted and not any(part in name for part in wanted):
                continue
            try:
                for script in SCRIPTS.get(name, []):
                    subprocess.run([ROOT / f"scripts/{script}.sh"], check=True, stdout=subprocess.DEVNULL)
                with visiting(name, browser, playwright, at) as page:
                    for kind, pictures in photographed(page, TOURS[name](page, at), kinds(name)).items():
                        taken.add(TARGET / f"{name}-{kind}.jpg")
                        sheet(pictures).save(TARGET / f"{name}-{kind}.jpg", quality=70, optimize=True, progressive=True)
                print(f"{name}: {len(pictures)}", flush=True)
            except Exception:
                failed.append(name)
                traceback.print_exc()
        browser.close()
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
    if not wanted:
        for old in set(TARGET.glob("*.jpg")) - taken:
            old.unlink()
        print(f"{len(taken)} pictures in {TARGET.relative_to(ROOT)}, {sum(path.stat().st_size for path in taken) / 1e6:.1f} MB")


def kinds(name):
    """Colour scheme and size of the window, for each kind that a tour has. From the right, each of both is seen once."""
    sizes = SIZES.get(name, ORDINARY)
    return {kind: ("dark" if is_night else "light", dict(zip(("width", "height"), sizes[is_phone]))) for kind, (is_night, is_phone) in KINDS.items()
            if sizes[is_phone] and not (name.endswith("-ar") and is_night != is_phone)}


def photographed(page, tour, wanted):
    """For each kind, the names of the states and their pictures."""
    sheets = {kind: [] for kind in wanted}
    for state, part in tour:
        for kind, (scheme, size) in wanted.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            # Nothing is pointed at.
            page.mouse.move(0, 0)
            page.wait_for_timeout(SETTLE)
            sheets[kind].append((state, photograph(page, part, state)))
    return sheets


def photograph(page, part, state):
    """The page, or a part of it, once nothing in it is blank: of a frame with a dialog over it, the dialog."""
    end = time.monotonic() + PATIENCE
    while True:
        is_whole = page.evaluate("document.documentElement.scrollHeight") <= LONGEST
        picture = Image.open(io.BytesIO(page.screenshot(full_page=is_whole))).convert("RGB")
        scrolled = page.evaluate("[scrollX, scrollY]") if is_whole else (0, 0)
        shown = (0, 0, *picture.size)
        if isinstance(part, Frame):
            shown = within(shown, part.frame_element().bounding_box(), scrolled)
            if dialog := part.query_selector("dialog[open]"):
                shown = within(shown, dialog.bounding_box(), scrolled, MARGIN)
        elif part is not page:
            shown = within(shown, part.bounding_box(), scrolled, MARGIN)
        blank = [str(element) for element, box in drawings(page, scrolled, shown) if max(ImageStat.Stat(picture.crop(box)).stddev) < BLANK]
        if not blank:
            return picture.crop(shown)
        assert time.monotonic() < end, f"{state}: blank: {blank}"
        page.wait_for_timeout(300)


def drawings(page, scrolled, shown):
    """What draws in a part of the page, with its box there."""
    for element in (one for frame in page.frames for one in frame.query_selector_all("canvas, iframe, video")):
        box = element.is_visible() and element.bounding_box()
        if not box or element.evaluate("(one) => one.matches('video') && one.readyState < 2"):
            continue
        left, top, right, bottom = within(shown, box, scrolled)
        if left < right and top < bottom:
            yield element, (left, top, right, bottom)


def within(shown, box, scrolled, margin=0):
    """What is shown of a box in a window that is scrolled."""
    left, top = round(box["x"] + scrolled[0]), round(box["y"] + scrolled[1])
    right, bottom = left + round(box["width"]), top + round(box["height"])
    return max(shown[0], left - margin), max(shown[1], top - margin), min(shown[2], right + margin), min(shown[3], bottom + margin)


def sheet(pictures):
    """Named pictures, each as far up and then as far left as there is room."""
    laid = []
    for name, picture in pictures:
        if picture.width > WIDEST:
            picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.LANCZOS)
        tall = math.ceil(picture.height / math.ceil(picture.height / TALLEST))
        for start in range(0, picture.height, tall):
            piece = picture.crop((0, start, picture.width, min(picture.height, start + tall)))
            width, height = piece.width + GAP, LINE + piece.height
            free = [(max((above + high for left, above, wide, high, *_ in laid if left < x + width and x < left + wide), default=0), x)
                    for x in {0, *(left + wide for left, _, wide, *_ in laid)} if x + width <= ROW]
            top, left = min(free)
            laid.append((left, top, width, height, name if start == 0 else f"{name}, going on", piece))
    whole = Image.new("RGB", (GAP + max(left + wide for left, _, wide, *_ in laid), GAP + max(top + high for _, top, _, high, *_ in laid)), "#5c5c5c")
    pen = ImageDraw.Draw(whole)
    for left, top, _, _, name, picture in laid:
        pen.text((GAP + left, top + 5), name, "white", ImageFont.load_default(14))
        whole.paste(picture, (GAP + left, top + LINE))
    return whole


if __name__ == "__main__":
    main()
