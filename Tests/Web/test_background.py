"""What is behind the person, by pixels."""
import numpy
import pytest

from measuring import picture

SHOW = """async (background) => {
    const renderer = globalThis.renderer ?? await tools.open({ width: 320, height: 320, avatar: null })
    renderer.framing = 'photo'
    renderer.animation = 'silent'
    if (!globalThis.shown) await renderer.setAvatar(1, '/files/default.ftar')
    globalThis.shown = true
    await renderer.setBackground(background)
    await tools.settled()
}"""


def shown(page, background):
    page.evaluate(SHOW, background)
    return picture(page, 320, 320).astype(int)


def detail(pixels):
    """How much neighbours differ along a strip at the picture's upper edge, where no person is."""
    strip = pixels[2:40, 4:70, :3].mean(axis=2)
    return numpy.abs(numpy.diff(strip, axis=1)).mean()


def test_blur_is_the_photo_out_of_focus_and_leaves_the_person_alone(tools, artefacts):
    sharp = shown(tools, "photo")
    blurred = shown(tools, "blur")
    tools.screenshot(path=artefacts / "background-blur.png")
    again = shown(tools, "photo")
    print(f"detail: {detail(sharp):.2f} sharp, {detail(blurred):.2f} blurred, {detail(again):.2f} sharp again")
    assert detail(blurred) < 0.5 * detail(sharp)
    assert detail(again) > 0.9 * detail(sharp)
    # The same light behind, the same face before.
    assert numpy.abs(sharp[2:40, 4:70].mean(axis=(0, 1)) - blurred[2:40, 4:70].mean(axis=(0, 1))).max() < 12
    assert numpy.abs(sharp[100:200, 130:190] - blurred[100:200, 130:190]).mean() < 6


def test_blur_follows_the_avatar(tools):
    """Chosen before the avatar comes, and again after the context was lost."""
    tools.evaluate("async () => { await tools.open({ width: 320, height: 320, avatar: null }) }")
    early = shown(tools, "blur")
    tools.evaluate("""async () => {
        renderer.loseContext(0.2)
        await new Promise((resolve) => renderer.addEventListener('contextrestored', resolve, { once: true }))
        await tools.settled()
    }""")
    restored = picture(tools, 320, 320)
    sharp = shown(tools, "photo")
    assert detail(early) < 0.5 * detail(sharp)
    assert detail(restored) < 0.5 * detail(sharp)


@pytest.mark.parametrize("background, corner", [
    ("#336699", [51, 102, 153, 255]), ("rebeccapurple", [102, 51, 153, 255]), ("transparent", [0, 0, 0, 0])])
def test_a_colour_is_that_colour(tools, background, corner):
    assert numpy.abs(shown(tools, background)[3, 3] - corner).max() <= 1
