"""What a page says beforehand of its sound moves the mouth; what it says wrongly is told."""
import numpy

from measuring import picture

# A tone is no voice: of itself it leaves the mouth closed.
OPEN = """async () => {
    const renderer = await tools.open({ width: 320, height: 320 })
    renderer.still = true
    renderer.mood = 0
    const context = new AudioContext()
    const tone = new OscillatorNode(context)
    const stream = new MediaStreamAudioDestinationNode(context)
    tone.connect(stream)
    tone.start()
    renderer.connectMediaStream(stream.stream)
}"""


def seen(page, seconds):
    page.wait_for_timeout(1000 * seconds)
    page.evaluate("tools.settled()")
    return picture(page, 320, 320).astype(float)[..., :3]


def difference(a, b):
    return numpy.sqrt(((a - b) ** 2).mean())


def test_the_mouth_follows_the_script_and_interrupt_drops_it(tools):
    tools.evaluate(OPEN)
    rest = seen(tools, 2)
    tools.evaluate("renderer.speakScript([{ time: 0, duration: 30, phone: 'AA1' }])")
    vowel = seen(tools, 0.8)
    assert difference(vowel, rest) > 1
    # A later script takes the earlier one's place; a closed mouth is the mouth at rest or nearly so.
    tools.evaluate("renderer.speakScript([{ time: 0, duration: 30, viseme: 'sil' }])")
    assert difference(seen(tools, 0.6), rest) < 0.2 * difference(vowel, rest)
    tools.evaluate("renderer.speakScript([{ time: 0, duration: 30, viseme: 'aa' }])")
    assert difference(seen(tools, 0.8), vowel) < 0.2 * difference(vowel, rest)
    assert 0 < tools.evaluate("renderer.scriptEnd - performance.now()") < 30_000
    tools.evaluate("renderer.interrupt()")
    assert difference(seen(tools, 0.5), rest) < 0.2 * difference(vowel, rest)
    assert tools.evaluate("[renderer.scriptEnd, errors]") == [None, []]


def test_clearing_gives_the_mouth_back(tools):
    tools.evaluate(OPEN)
    rest = seen(tools, 2)
    tools.evaluate("renderer.speakScript([{ time: 0, duration: 30, viseme: 'aa' }])")
    vowel = seen(tools, 0.8)
    tools.evaluate("renderer.clearScript()")
    assert difference(seen(tools, 0.6), rest) < 0.2 * difference(vowel, rest)


def test_what_cannot_be_followed_is_named(tools):
    tools.evaluate(OPEN)
    for entries, words in [
        ("[{ time: 0, duration: 1, phone: 'QX' }]", "'QX'"), ("[{ time: 0, duration: 1 }]", "''"),
        ("[{ time: 0, duration: 0, phone: 'AA' }]", "Entry 1"), ("[{ time: 'x', duration: 1, phone: 'AA' }]", "Entry 1"),
        ("[{ time: 0, duration: 1, phone: 'AA' }, { time: 0.5, duration: 1, phone: 'P' }]", "Entry 2"),
    ]:
        error = tools.evaluate(f"tools.failure(() => renderer.speakScript({entries}))")
        assert error["typed"] and (error["name"], error["code"]) == ("ScriptError", "bad-script"), error
        assert words in error["message"], error
    assert tools.evaluate("renderer.speakScript([])") is None
