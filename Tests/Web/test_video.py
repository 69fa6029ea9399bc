"""Films made in the page: every player takes them, mouth and sound agree, and they say what they are."""
import base64
import json
import subprocess

import numpy
import pytest
from scipy.ndimage import binary_dilation

from conftest import blank, gone, opened, read_wave, until, watch
from measuring import find, lag, mouth
from players import played, run, take
from serving import ROOT, serving
from test_offset import STEP, asked, write

FORMATS = ["mp4", "webm", "webm-alpha"]
SIDE, FPS, REST, SPEECH = 320, 30, 1, 4
RENDER = """async ({ sound, options }) => {
    const { renderVideo } = await import('/sdk/render-video.js')
    const audio = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0)).buffer
    const progress = []
    globalThis.film = await renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio,
        onProgress: (one) => progress.push(one), ...options })
    return { film: tools.base64(new Uint8Array(await film.arrayBuffer())), type: film.type, progress }
}"""


@pytest.fixture(scope="module")
def talk(voice, tmp_path_factory):
    """A second of rest, then speech: the sound of all films."""
    samples, rate = read_wave(voice)
    return write(tmp_path_factory.mktemp("talk") / "talk.wav", samples[rate: (2 + SPEECH) * rate], rate)


def rendered(page, sound, **options):
    return page.evaluate(RENDER, {"sound": base64.b64encode(sound.read_bytes()).decode(), "options": options})


@pytest.fixture(scope="module")
def films(browser, site, talk, tmp_path_factory):
    """A film in each format, made once: path and what the page said."""
    made = {}
    folder = tmp_path_factory.mktemp("films")

    def film(kind):
        if kind not in made:
            with opened(browser, f"{site}/test/blank.html") as page:
                result = rendered(page, talk, format=kind, width=SIDE, height=SIDE, fps=FPS, still=True, mood=0, seed=7)
            path = folder / f"{kind}.{kind.split('-')[0]}"
            path.write_bytes(base64.b64decode(result.pop("film")))
            made[kind] = path, result
        return made[kind]
    return film


def pictures(path, *decoder, channels=1):
    """All pictures: grey, or with alpha."""
    kind = {1: "gray", 4: "rgba"}[channels]
    done = subprocess.run(["ffmpeg", "-v", "error", *decoder, "-i", path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", kind, "-"],
                          capture_output=True, check=True)
    shape = (-1, SIDE, SIDE) if channels == 1 else (-1, SIDE, SIDE, channels)
    return numpy.frombuffer(done.stdout, numpy.uint8).reshape(shape)


@pytest.mark.parametrize("kind", FORMATS)
def test_ffmpeg_and_gstreamer_take_every_film(kind, films):
    path, result = films(kind)
    assert result["type"] == f"video/{kind.split('-')[0]}"
    facts = json.loads(run("ffprobe", "-v", "error", "-count_packets", "-show_format", "-show_streams", "-of", "json", path))
    video, audio = facts["streams"]
    assert (video["codec_name"], video["width"], video["height"]) == ("h264" if kind == "mp4" else "vp9", SIDE, SIDE)
    assert (video["color_range"], video["color_space"]) == ("tv", "bt709") and audio["codec_name"] in ("aac", "opus")
    assert abs(float(facts["format"]["duration"]) - (REST + SPEECH)) <= 1 / FPS
    assert int(video["nb_read_packets"]) == (REST + SPEECH) * FPS
    tags = {name.lower(): value for name, value in facts["format"]["tags"].items()}
    assert "digitalsourcetype/trainedAlgorithmicMedia" in tags["comment"]
    if kind == "mp4":
        assert b"<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org" in path.read_bytes()
    take(path)


@pytest.mark.parametrize("kind", FORMATS)
def test_chromium_plays_every_film(kind, films, browser):
    path, _ = films(kind)
    answer = played(browser, path)
    assert abs(answer["duration"] - (REST + SPEECH)) <= 1 / FPS
    assert answer["sought"] == 2.5 and answer["width"] == SIDE and answer["frames"] > 10


NATIVE = {
    "film.mp4": [], "film.webm": [], "cut.webm": ["--background", "none"], "words.mp4": ["--subtitles"],
    "words.webm": ["--subtitles"], "film.mkv": [], "cut.mov": ["--background", "none"],
}


@pytest.mark.parametrize("name", NATIVE)
def test_every_player_takes_the_command_lines_films(name, talk, flexatar, browser, tmp_path):
    """Chromium plays neither Matroska nor ProRes, whoever makes them."""
    path, options = tmp_path / name, list(NATIVE[name])
    if options == ["--subtitles"]:
        words = tmp_path / "words.srt"
        words.write_text("1\n00:00:00,500 --> 00:00:01,500\nGood morning.\n")
        options.append(str(words))
    flexatar("video", ROOT / "dist/files/default.ftar", talk, "-o", path, "--size", f"{SIDE}x{SIDE}", "--fps", FPS, *options)
    take(path)
    if path.suffix in (".mp4", ".webm"):
        answer = played(browser, path)
        assert abs(answer["duration"] - (REST + SPEECH)) <= 1 / FPS and answer["sought"] == 2.5
        assert answer["width"] == SIDE and answer["frames"] > 10


def check_sound_and_mouth(path, talk, flexatar, tmp_path):
    """From pixels and samples: both against the sound that came in, so also against one another."""
    samples, rate = read_wave(talk)
    run("ffmpeg", "-v", "error", "-y", "-i", path, "-ac", "1", "-ar", rate, tmp_path / "heard.wav")
    heard, _ = read_wave(tmp_path / "heard.wav")
    late = find(samples, heard, rate) / rate
    frames = pictures(path)
    # A recorder may lose some.
    shown = run("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path)
    times = numpy.array([float(line.strip(",")) for line in shown.split()]) + 0.5 / FPS
    # Only what is there: the mouth of a picture without its background is the same.
    opening = mouth(frames, (times > 0.2) & (times < 0.9))
    seen = numpy.interp(numpy.arange(0, REST + SPEECH, STEP), times, opening)
    behind, fit = lag(asked(flexatar, talk, [], tmp_path), seen, int(0.2 / STEP))
    print(f"{path.name}: sound {late * 1000:+.1f} ms, mouth {behind * STEP * 1000:+.0f} ms late (correlation {fit:.2f})")
    assert abs(late) <= 0.001
    assert fit >= 0.8 and abs(behind * STEP) <= 0.020


@pytest.mark.parametrize("kind", FORMATS)
def test_mouth_and_sound_agree(kind, films, talk, flexatar, tmp_path):
    check_sound_and_mouth(films(kind)[0], talk, flexatar, tmp_path)


def test_transparency_is_real(films):
    path, _ = films("webm-alpha")
    still = pictures(path, "-c:v", "libvpx-vp9", channels=4)[45]
    alpha = still[..., 3]
    assert alpha[4:20, 4:20].max() <= 4 and alpha[150:200, 140:180].min() >= 250
    # Hair has soft edges, which lie in neither group.
    assert 0.005 < ((alpha > 20) & (alpha < 235)).mean() < 0.2
    # What nothing covers has the colours beside it: an encoder smears them over the edge.
    covered = alpha > 128
    beside = binary_dilation(covered, iterations=6) & (alpha < 8)
    edge = covered & binary_dilation(~covered, iterations=6)
    assert beside.sum() > 500 and numpy.abs(still[beside, :3].mean(axis=0) - still[edge, :3].mean(axis=0)).max() < 25
    # The same person as in the opaque film, in the same colours.
    opaque = pictures(films("webm")[0], channels=4)[45]
    inside = alpha > 250
    assert abs(still[inside].astype(int)[:, :3] - opaque[inside].astype(int)[:, :3]).mean() < 8


def test_progress_is_told(films):
    _, result = films("mp4")
    frames = [one["frames"] for one in result["progress"]]
    assert frames == sorted(frames) and frames[-1] == result["progress"][-1]["total"] == (REST + SPEECH) * FPS
    assert result["progress"][-1]["secondsLeft"] == 0


def test_a_film_that_is_given_up_leaves_nothing(tools, talk):
    result = tools.evaluate("""async ({ sound }) => {
        const { renderVideo } = await import('/sdk/render-video.js')
        const audio = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0)).buffer
        const giving = new AbortController()
        let told = 0
        const error = await renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio, signal: giving.signal,
            onProgress: () => { if (++told === 2) giving.abort() } }).catch((error) => error)
        const then = told
        await new Promise((resolve) => setTimeout(resolve, 500))
        const early = await renderVideo({ filesUrl: '/files', avatar: 'x', audio, signal: giving.signal }).catch((error) => error)
        return { name: error.name, early: early.name, then, told }
    }""", {"sound": base64.b64encode(talk.read_bytes()).decode()})
    assert result == {"name": "AbortError", "early": "AbortError", "then": 2, "told": 2}
    gone(tools)


@pytest.fixture(scope="module")
def refusing(browser, site):
    """One page for all that cannot be filmed: what was refused leaves nothing that the next would notice."""
    with blank(browser, site) as page:
        yield page


@pytest.mark.parametrize("options, name, code", [
    ("{ avatar: null }", "FilmError", "bad-film"),
    ("{ audio: null }", "FilmError", "bad-film"),
    ("{ audio: { samples: [1, 2], rate: 48000 } }", "FilmError", "bad-sound"),
    ("{ audio: { samples: new Float32Array(48000), rate: 7 } }", "FilmError", "bad-sound"),
    ("{ audio: { samples: new Float32Array(48000).fill(NaN), rate: 48000 } }", "FilmError", "bad-sound"),
    ("{ audio: new Blob(['no sound at all']) }", "FilmError", "bad-sound"),
    ("{ audio: '/files/nowhere.wav' }", "FilmError", "bad-sound"),
    ("{ audio: new Blob([]) }", "FilmError", "empty-sound"),
    ("{ audio: { samples: new Float32Array(0), rate: 48000 } }", "FilmError", "empty-sound"),
    ("{ audio: { samples: new Float32Array(8000 * 3601), rate: 8000 } }", "FilmError", "sound-too-long"),
    ("{ width: 321 }", "FilmError", "bad-film"),
    ("{ height: 4000 }", "FilmError", "bad-film"),
    ("{ fps: 1000 }", "FilmError", "bad-film"),
    ("{ format: 'avi' }", "FilmError", "bad-film"),
    ("{ bitrate: -1 }", "FilmError", "bad-film"),
    ("{ framing: 'feet' }", "FilmError", "bad-film"),
    ("{ background: 'transparent' }", "FilmError", "no-transparency"),
    ("{ background: 'transparent', format: 'webm' }", "FilmError", "no-transparency"),
    ("{ emotion: 'envy' }", "FlexatarError", "unknown-name"),
    ("{ avatar: new Blob(['nobody']) }", "AvatarError", "bad-avatar"),
    ("{ avatar: '/files/nobody.ftar' }", "FilesError", "download-failed"),
    ("{ background: new Blob(['nothing']) }", "FlexatarError", "bad-background"),
    ("{ filesUrl: '/nowhere' }", "FilesError", "download-failed"),
    ("{ script: [{ time: 0, duration: 1, phone: 'XYZ' }] }", "ScriptError", "bad-script"),
])
def test_what_cannot_be_filmed_says_why(refusing, options, name, code):
    failure = refusing.evaluate(f"""async () => {{
        const {{ renderVideo }} = await import('/sdk/render-video.js')
        const sound = {{ samples: new Float32Array(24000), rate: 48000 }}
        return tools.failure(() => renderVideo({{ filesUrl: '/files', avatar: '/files/default.ftar', audio: sound, ...{options} }}))
    }}""")
    assert failure and (failure["name"], failure["code"], failure["typed"]) == (name, code, True)
    assert len(failure["message"]) > 10
    gone(refusing)


def test_the_encoders_delay_is_heard(tools):
    """A click through encoder and decoder comes out where the stream's own header says; what has no header, as AAC, relies
    on that."""
    delays = tools.evaluate("""async () => {
        const { SoundEncoder, encoderDelay, opusSkip } = await import('/sdk/film-encoders.js')
        const shape = { codec: 'opus', sampleRate: 48000, numberOfChannels: 1, bitrate: 96000 }
        const encoder = new SoundEncoder(shape)
        await encoder.put([new Float32Array(48000)])
        await encoder.end(312)
        return [await encoderDelay(shape), opusSkip(encoder.decoder)]
    }""")
    print(f"measured {delays[0]} samples, written {delays[1]}")
    assert abs(delays[0] - delays[1]) <= 48


# The film maker's page.

@pytest.fixture
def maker(browser, served):
    """The page and the frame with its controls."""
    with browser.new_context(permissions=["microphone"], viewport={"width": 1000, "height": 800}, accept_downloads=True) as context:
        page = context.new_page()
        troubles = watch(page)
        page.goto(f"{served}/films")
        frame = page.wait_for_selector("iframe").content_frame()
        frame.wait_for_selector("#faces .face", state="attached")
        yield page, frame
    assert troubles == []


def test_a_film_is_made_by_hand(maker, talk):
    page, frame = maker
    frame.set_input_files("#sound-file", talk)
    frame.wait_for_selector("text=talk.wav")
    assert frame.text_content("#panel-sound .player .time") == "0:00 / 0:05"
    frame.fill("#position", "2")
    frame.wait_for_selector("text=0:02 / 0:05")
    frame.click("#play")
    frame.wait_for_selector("[aria-label=Pause]")
    frame.wait_for_selector("text=/0:0[3-5] .* 0:05/")
    frame.click("#tab-film")
    for word in ("512 × 512", "24", "WebM, transparent"):
        frame.click(f"#panel-film >> text='{word}'")
    until(page, "maker.shape.width === 512 && maker.shape.fps === 24 && maker.renderer.background === 'transparent'")
    page.evaluate("maker.addEventListener('film', ({ detail }) => { globalThis.made = detail.name })")
    frame.click("#make")
    frame.wait_for_selector("#cancel")
    frame.click("#cancel")
    frame.wait_for_selector("#make")
    assert frame.is_hidden("#download")
    assert kept_background(page) == "photo"
    frame.click("#panel-film >> text='WebM'")
    frame.click("#make")
    frame.wait_for_selector("#download")
    with page.expect_download() as downloading:
        frame.click("#download")
    assert downloading.value.suggested_filename == "talk.webm" == page.evaluate("made")
    facts = run("ffprobe", "-v", "error", "-show_entries", "stream=width,height,r_frame_rate", "-of", "csv=p=0", downloading.value.path())
    assert "512,512,24/1" in facts
    still = subprocess.run(["ffmpeg", "-v", "error", "-i", downloading.value.path(), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt",
                            "gray", "-"], capture_output=True, check=True).stdout
    # The wall of the photo, not the black that transparency leaves.
    assert numpy.frombuffer(still, numpy.uint8).reshape(512, 512)[4:40, 4:40].mean() > 100


def kept_background(page):
    """What the next visit, and the user's camera, will find."""
    page.evaluate("maker.model.saveLook()")
    return page.evaluate("maker.model.library.setting('look').then(({ background }) => background.kind)")


def test_the_formats_transparency_is_not_the_users_background(maker):
    page, _ = maker
    until(page, "maker.renderer.slot1 !== null")
    page.evaluate("""{
        globalThis.choose = (kind) => maker.model.obey({ type: 'background', kind, value: null })
        globalThis.shown = () => [maker.renderer.background, maker.model.state.look.background.kind]
    }""")
    page.evaluate("{ maker.shape = { format: 'webm-alpha' } }")
    assert page.evaluate("shown()") == ["transparent", "transparent"] and kept_background(page) == "photo"
    # Something else behind the person is possible, and the user's own choice.
    page.evaluate("choose('blur')")
    assert page.evaluate("shown()") == ["blur", "blur"] and kept_background(page) == "blur"
    page.evaluate("choose('transparent')")
    assert page.evaluate("shown()") == ["transparent", "transparent"] and kept_background(page) == "blur"
    page.evaluate("{ maker.shape = { format: 'mp4' } }")
    assert page.evaluate("shown()") == ["blur", "blur"]
    # Chosen for an opaque film it is refused with a sentence.
    page.evaluate("choose('transparent')")
    code = page.evaluate("""async () => {
        await maker.setSound({ samples: new Float32Array(48000 * 4), rate: 48000 })
        return maker.render().then(() => null, ({ code }) => code)
    }""")
    assert code == "no-transparency"


def test_a_recording_is_filmed(maker):
    page, frame = maker
    # Ended as soon as it has begun, mostly before the first sample.
    frame.evaluate("""() => {
        const record = document.querySelector('#record')
        new MutationObserver((_, observer) => {
            if (!record.classList.contains('on')) return
            observer.disconnect()
            record.click()
        }).observe(record, { attributes: true })
        record.click()
    }""")
    frame.wait_for_selector("#status.bad >> text=too short")
    frame.click("#record")
    frame.wait_for_selector("#panel-sound >> text=/0:(0[4-9]|[1-5])/")
    until(frame, "document.querySelector('#level').value > 0")
    frame.click("#record")
    frame.wait_for_selector("#play")
    film = page.evaluate("maker.render().then(({ size, type }) => ({ size, type }))")
    assert film["type"] == "video/mp4" and film["size"] > 50_000


def test_a_recording_that_ends_while_its_code_is_loaded_is_short(maker):
    """A context that is closed meanwhile refuses the code: that is nothing to tell."""
    page, frame = maker
    page.evaluate("""() => {
        AudioWorklet.prototype.addModule = async () => {
            maker.model.record(false).catch((error) => maker.model.fail(error, 'sound'))
            throw new DOMException('closed', 'InvalidStateError')
        }
    }""")
    frame.click("#record")
    frame.wait_for_selector("#status.bad >> text=too short")
    page.wait_for_timeout(300)
    assert frame.is_visible("#status.bad >> text=too short")


def test_a_recording_that_reaches_the_limit_is_kept(maker):
    """It is ended a moment after five minutes."""
    page, frame = maker
    page.evaluate("""() => {
        const { model } = maker
        model.recorder = { seconds: 300.05, takeLevel: () => 0, close: () => new Float32Array(300.05 * 48000).fill(0.01) }
        model.tick()
    }""")
    frame.wait_for_selector("#panel-sound >> text=/ 5:00/")


UNPLUG = """{
    const [track] = maker.model.recorder.stream.getTracks()
    track.stop()
    track.dispatchEvent(new Event('ended'))
}"""


def test_what_a_microphone_recorded_that_goes_is_kept(maker):
    page, frame = maker
    frame.click("#record")
    until(page, "maker.model.recorder?.seconds > 3.2")
    page.evaluate(UNPLUG)
    frame.wait_for_selector("#status.bad >> text=microphone has gone")
    frame.wait_for_selector("#play")
    assert frame.get_attribute("#record", "aria-pressed") == "false"
    length = page.evaluate("maker.model.sound.channels[0].length")
    assert length > 3.2 * 48000
    # Too little leaves the sound that was there; why there is no other is told, not how short it is.
    frame.click("#record")
    until(page, "Boolean(maker.model.recorder?.stream)")
    frame.wait_for_selector("#status:not(.bad)", state="attached")
    page.evaluate(UNPLUG)
    frame.wait_for_selector("#status.bad >> text=microphone has gone")
    until(page, "maker.model.recorder === null")
    assert page.evaluate("maker.model.sound.channels[0].length") == length


def test_a_film_is_shared_where_the_device_can(maker):
    page, frame = maker
    frame.click("#tab-film")
    share = frame.locator("#panel-film button", has_text="Share")
    frame.evaluate("""() => {
        globalThis.shared = []
        globalThis.answer = async () => {}
        navigator.canShare = ({ files }) => files.length === 1 && files[0] instanceof File && files[0].type === 'video/mp4'
        navigator.share = async ({ files }) => {
            shared.push(files.map(({ name, type, size }) => [name, type, size]))
            await answer()
        }
    }""")

    def present(film, kind):
        page.evaluate("""([film, type]) => {
            const { model } = maker
            model.result = { film: new Blob([film], { type }), name: `talk.${type.split('/')[1]}`, shape: model.film }
            model.changed()
        }""", [film, kind])

    present("a film", "video/webm")
    frame.wait_for_selector("#download")
    assert frame.get_attribute("#download", "download") == "talk.webm" and share.is_hidden()
    present("another film", "video/mp4")
    share.click()
    assert frame.evaluate("shared") == [[["talk.mp4", "video/mp4", 12]]]
    # Who thinks better of it has done nothing wrong: the page ends without an uncaught error, too.
    frame.evaluate("() => { answer = async () => { throw new DOMException('Share canceled', 'AbortError') } }")
    share.click()
    page.wait_for_timeout(300)
    assert frame.evaluate("shared.length") == 2 and share.is_enabled() and frame.locator("#status.bad").count() == 0
    # What the device does not share after all is downloaded.
    frame.evaluate("() => { answer = async () => { throw new DOMException('Permission denied', 'NotAllowedError') } }")
    with page.expect_download() as kept:
        share.click()
    assert kept.value.suggested_filename == "talk.mp4"


def test_of_two_sounds_the_later_one_is_taken(maker):
    page, _ = maker
    page.evaluate("""async () => {
        const { model } = maker
        const long = model.takeSound({ samples: new Float32Array(44100 * 200), rate: 44100 }, 'long')
        const short = model.takeSound({ samples: new Float32Array(48000 * 4), rate: 48000 }, 'short')
        await Promise.all([long, short])
    }""")
    assert page.evaluate("maker.model.sound.name") == "short"


def test_sounds_that_do_not_fit_are_refused(maker, talk):
    page, frame = maker
    frame.set_input_files("#sound-file", {"name": "no.mp3", "mimeType": "audio/mpeg", "buffer": b"nothing of the kind"})
    frame.wait_for_selector("#status.bad >> text=not a sound")
    codes = page.evaluate("""async () => {
        const codes = []
        const note = (error) => codes.push(error.code)
        await maker.render().catch(note)
        await maker.setSound({ samples: new Float32Array(48000), rate: 48000 }).catch(note)
        await maker.setSound({ samples: new Float32Array(8000 * 301), rate: 8000 }).catch(note)
        return codes
    }""")
    assert codes == ["empty-sound", "sound-too-short", "sound-too-long"]
