"""A call over two peer connections on a page that knows nothing of avatars: what its far end sees and hears, while the tab
is in front, behind another one, and while the page is busy."""
import pytest

from calling import calling
from conftest import read_wave
from far_end import STEP, FarEnd
from neighbours import STRICT, Neighbours, bar
from test_offset import asked, write

pytestmark = pytest.mark.alone

REST, SPEECH = 1.0, 4.0  # seconds
SECONDS = 7
# Mouth early positive: seconds. Both ends of the call share what other programs leave of the machine.
LATEST, EARLIEST = bar((-0.020, 0.045), (-0.12, 0.15))
# A hidden or busy page may not move the lips against the voice by more.
STEADY = bar(0.020, 0.1)


@pytest.fixture(scope="module")
def clip(voice, tmp_path_factory, flexatar):
    """A second of rest and speech for the microphone, and the mouth that belongs to it."""
    samples, rate = read_wave(voice)
    folder = tmp_path_factory.mktemp("call")
    path = write(folder / "clip.wav", samples[int((2 - REST) * rate): int((2 + SPEECH) * rate)], rate)
    return path, asked(flexatar, path, [], folder)[: int((REST + SPEECH) / STEP)]


@pytest.fixture
def caller(clip, site):
    """The page in a call, and a browser that can put another tab before it."""
    with calling(site, clip[0], settle=4) as call:
        yield call


def listen(page, clip, what, seconds=SECONDS, during=""):
    """What arrives at the far end."""
    path, wanted = clip
    samples, rate = read_wave(path)
    with Neighbours() as neighbours:
        recorded = page.evaluate(f"(() => {{ {during}; return stranger.record(remote, {{ seconds: {seconds} }}) }})()",
                                 seconds=seconds + 120)
    far = FarEnd(recorded, samples, rate, wanted, REST)
    far.neighbours = neighbours
    print(f"{what}: {far}, {neighbours}")
    return far


def test_voice_and_lips_arrive_together_in_front_behind_and_busy(caller, clip):
    browser, page = caller
    front = listen(page, clip, "in front")
    busy = listen(page, clip, "busy", during="""
        let left = 6
        const again = () => { stranger.jank(500); if (--left > 0) setTimeout(again, 400) }
        setTimeout(again, 600)""")
    browser.open("about:blank").to_front()
    page.until("document.hidden")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 2000))")
    hidden = listen(page, clip, "hidden")
    for far in (front, busy, hidden):
        assert far.loudness > 0.05
        assert far.fit >= bar(0.75, 0.5)
        # Two frames wait where the machine is slow.
        late = bar(0, 2 / max(far.rate, 5))
        assert LATEST - late <= far.early <= EARLIEST and abs(far.early - front.early) <= STEADY + late
    assert hidden.rate >= bar(25, hidden.neighbours.rate(16))
    # Half a second of the page's own work cannot be seen.
    assert busy.gap < bar(0.25, max(0.45, 3.5 * front.gap))


@pytest.mark.skipif(not STRICT, reason="a minute behind another tab is held to the product's bars on an idle machine: FLEXATAR_STRICT=1")
def test_after_a_minute_behind_another_tab_all_is_as_before(caller, clip):
    browser, page = caller
    browser.open("about:blank").to_front()
    page.until("document.hidden")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 60_000))")
    far = listen(page, clip, "hidden for a minute", seconds=20)
    assert far.loudness > 0.05 and far.fit >= 0.75
    assert far.rate >= 25 and LATEST <= far.early <= EARLIEST
