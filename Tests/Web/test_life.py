"""Emotions, moods, motion and stillness as a page asks for them, seen in pixels."""
import numpy
import pytest

from conftest import PATIENCE, until
from measuring import picture

pytestmark = pytest.mark.alone

OPEN = """async () => {
    const renderer = await tools.open({ width: 320, height: 320 })
    renderer.still = true
}"""


def seen(page, command, seconds=1.0):
    """The picture, `seconds` after the command has reached it."""
    page.evaluate(f"() => {{ {command} }}")
    page.evaluate("tools.settled()")
    page.wait_for_timeout(1000 * seconds)
    page.evaluate("tools.settled()")
    return look(page)


def look(page):
    return picture(page, 320, 320).astype(float)[..., :3]


def comes(page, is_right):
    """Whether a picture is shown that is right."""
    for _ in range(10 * PATIENCE):
        if is_right(look(page)):
            return True
        page.wait_for_timeout(100)


def difference(a, b):
    return numpy.sqrt(((a - b) ** 2).mean())


def test_a_still_head_is_still_and_lives_again(tools):
    tools.evaluate(OPEN)
    frames = [seen(tools, "", 1) for _ in range(4)]
    still = max(difference(a, b) for a, b in zip(frames, frames[1:]))
    print(f"frame to frame in still mode: {still:.3f} of 255")
    assert still == 0
    assert tools.evaluate("renderer.still") is True
    assert difference(frames[0], seen(tools, "renderer.still = false", 1.5)) > 0.5


def test_emotions_are_held_faded_played_and_taken_away(tools):
    tools.evaluate(OPEN)
    names = tools.evaluate("renderer.getEmotionList()")
    assert names == ["joy", "anger", "sadness", "surprise", "disgust", "confusion", "neutral"]
    neutral = seen(tools, "", 1)
    joy = seen(tools, "renderer.emotion = { joy: 0.9 }")
    assert difference(joy, neutral) > 2
    assert tools.evaluate("renderer.emotion") == {"joy": 0.9}
    # The same by its other names.
    assert difference(seen(tools, "renderer.emotion = { name: 'joy', strength: 0.9 }"), joy) == 0
    both = seen(tools, "renderer.setEmotion('surprise', 0.5, { fade: 0 })", 0.4)
    assert difference(both, joy) > 1
    assert tools.evaluate("renderer.emotion") == {"joy": 0.9, "surprise": 0.5}
    assert difference(seen(tools, "renderer.setEmotion('neutral', 1)"), neutral) == 0
    assert tools.evaluate("renderer.emotion") == {}
    # A clip comes and goes by itself.
    tools.evaluate("() => { renderer.playEmotion('anger', { strength: 1, seconds: 2.5 }) }")
    assert comes(tools, lambda shown: difference(shown, neutral) > 2)
    assert comes(tools, lambda shown: difference(shown, neutral) == 0)


def test_animation_takes_every_name_of_its_list_and_null(tools):
    tools.evaluate(OPEN)
    names = tools.evaluate("renderer.getAnimationList()")
    assert names[:3] == ["silent", "calm", "lively"] and "joy" in names
    for name in names:
        tools.evaluate("(name) => { renderer.animation = name }", name)
    tools.evaluate("() => { renderer.animation = 'joy' }")
    assert tools.evaluate("[renderer.animation, renderer.headMotion, renderer.emotion]") == ["joy", "calm", {"joy": 0.7}]
    tools.evaluate("() => { renderer.animation = 'lively' }")
    assert tools.evaluate("[renderer.headMotion, renderer.emotion]") == ["lively", {}]
    tools.evaluate("() => { renderer.animation = null }")
    assert tools.evaluate("[renderer.animation, renderer.headMotion, renderer.emotion]") == [None, "calm", {}]
    assert tools.evaluate("errors") == []


def test_an_unknown_name_is_told(tools):
    tools.evaluate(OPEN)
    tools.evaluate("() => { renderer.emotion = 'boredom'; renderer.headMotion = 'wild' }")
    until(tools, "errors.length >= 2")
    told = tools.evaluate("errors")
    assert [error["code"] for error in told] == ["unknown-name", "unknown-name"]
    assert "joy" in told[0]["message"] and "lively" in told[1]["message"]


def test_an_unknown_name_changes_nothing(tools):
    tools.evaluate(OPEN)
    tools.evaluate("() => { renderer.emotion = 'joy'; renderer.headMotion = 'lively'; renderer.animation = 'wild' }")
    tools.evaluate("() => { renderer.emotion = { anger: 0.5, boredom: 1 }; renderer.setEmotion('envy'); renderer.headMotion = 'wild' }")
    until(tools, "errors.length >= 4")
    assert [error["code"] for error in tools.evaluate("errors")] == ["unknown-name"] * 4
    assert tools.evaluate("[renderer.emotion, renderer.headMotion, renderer.animation]") == [{"joy": 0.7}, "lively", None]


def test_mood_smiles(tools):
    tools.evaluate(OPEN)
    cold, warm = seen(tools, "renderer.mood = 0", 1), seen(tools, "renderer.mood = 1", 0.5)
    assert difference(cold, warm) > 0.5


def test_a_mix_swings(tools):
    tools.evaluate(OPEN)
    tools.evaluate("() => renderer.setAvatar(2, renderer.slot1)")
    tools.evaluate("() => { renderer.mix = 1; renderer.mixSwing = 2 }")
    assert tools.evaluate("[renderer.mix, renderer.mixSwing]") == [1, 2]
    # The same person twice: the middle of the way has softer hair at most, and what moves is the mix alone.
    frames = [seen(tools, "", 0.3) for _ in range(6)]
    assert max(difference(a, b) for a, b in zip(frames, frames[1:])) > 0
    for bad in ("-1", "0.1", "'often'", "NaN"):
        assert tools.evaluate(f"() => {{ try {{ renderer.mixSwing = {bad} }} catch (error) {{ return error.name }} }}") == "RangeError"
    tools.evaluate("() => { renderer.mixSwing = 0 }")
    assert difference(seen(tools, "", 0.5), seen(tools, "", 0.5)) == 0
