"""The SDK as its users have it: the tarball, in a bundler, as an element, within its budget."""
import functools
import gzip
import http.server
import json
import re
import shutil
import subprocess
import tarfile
import threading

import pytest

from conftest import opened, until, watch
from measuring import picture
from serving import ROOT, serving

BUDGET = json.loads((ROOT / "Benchmarks/budget.json").read_text())


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package's folder, as npm unpacks it."""
    if not (shutil.which("esbuild") and shutil.which("tsc")):
        pytest.skip("esbuild or tsc is not installed: scripts/setup.sh --tests")
    subprocess.run(["scripts/build-sdk.sh"], cwd=ROOT, check=True, capture_output=True)
    folder = tmp_path_factory.mktemp("package")
    with tarfile.open(ROOT / "dist/files/flexatar.tgz") as archive:
        names = archive.getnames()
        assert all(name == "package" or name.startswith("package/") for name in names)
        archive.extractall(folder, filter="data")
    return folder / "package"


def test_its_scripts_stay_within_their_budget(package):
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in sorted((package / "sdk").glob("*.js"))}
    # Nobody fetches these who makes no films, or talks to no agent.
    films, recorders, agents = (sum(size for name, size in sizes.items() if re.match(names, name)) for names in (
        r"film-|render-video|vgen|muxer|sound-(preview|recorder)",
        r"recorded-|recording|opus-packet|(mp4|webm)-reader|sound-alignment", r"agent|voice-activity"))
    total = sum(sizes.values()) - films - recorders - agents
    print(f"scripts, each compressed: {total} bytes, those of films {films}, of films without encoders {recorders}, of agents {agents}; "
          f"largest {max(sizes, key=sizes.get)} {max(sizes.values())}")
    assert total <= BUDGET["sdkScriptsCompressed"]
    assert films <= BUDGET["filmScriptsCompressed"] and recorders <= BUDGET["recorderScriptsCompressed"] and agents <= BUDGET["agentScriptsCompressed"]
    pages = sum(len(gzip.compress(path.read_bytes(), 9)) for part in ("studio", "films", "pages") for path in (package / part).glob("*.js"))
    print(f"studio and film maker: {pages}")
    assert pages <= BUDGET["studioAndFilmMakerScriptsCompressed"]
    assert {path.stem for path in (ROOT / "web/sdk").glob("*.js")} == {name.removesuffix(".js") for name in sizes}


def test_every_export_is_there_with_its_types(package):
    description = json.loads((package / "package.json").read_text())
    exports = {name: value for name, value in description["exports"].items() if isinstance(value, dict)}
    assert {".", "./vcam", "./virtual-camera", "./element", "./react", "./livekit", "./video", "./vgen"} <= set(exports)
    for value in exports.values():
        assert (package / value["default"]).exists() and (package / value["types"]).exists(), value
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(r"^## " + re.escape(description["version"]), changelog, re.M)


@pytest.mark.parametrize("resolution", ["node", "node16"])
def test_a_typescript_page_that_uses_it_is_checked(package, tmp_path, resolution):
    """The emitted types say no to a mistake and yes to what the documentation shows."""
    modules = tmp_path / "node_modules/flexatar"
    modules.parent.mkdir()
    modules.symlink_to(package)
    page = """
        import { FtarRenderer, FlexatarError } from 'flexatar/types/easy-renderer'
        import { installVirtualCamera } from 'flexatar/types/virtual-camera'
        import { Flexatar } from 'flexatar/types/react'
        const renderer = new FtarRenderer('/files', document.createElement('canvas'))
        const heard: MediaStream = renderer.connectMediaStream(new MediaStream())
        const camera = installVirtualCamera(renderer, { label: 'Ada' })
        const id: string = camera.deviceId
        renderer.readyPromise.catch((error: FlexatarError) => error.code)
        // As JSX takes what a component gives back.
        const face: { type: string } | null = Flexatar({ avatar: '/files/default.ftar' })
    """
    if resolution == "node16":
        # As the package's `exports` name them; the older resolution does not read these.
        page = page.replace("flexatar/types/easy-renderer", "flexatar").replace("flexatar/types/", "flexatar/")
        (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "good.ts").write_text(page)
    (tmp_path / "bad.ts").write_text(page + "\nrenderer.size = 'large'")
    for name in ("good", "bad"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"files": [f"{name}.ts"], "compilerOptions": {
            "noEmit": True, "strict": True, "skipLibCheck": True, "target": "es2022", "types": [],
            "module": "node16" if resolution == "node16" else "es2022", "moduleResolution": resolution,
            "lib": ["es2022", "dom", "dom.iterable"], "preserveSymlinks": True}}))
    good = subprocess.run(["tsc", "-p", "good.json"], cwd=tmp_path, capture_output=True, text=True)
    assert good.returncode == 0, good.stdout
    bad = subprocess.run(["tsc", "-p", "bad.json"], cwd=tmp_path, capture_output=True, text=True)
    assert bad.stdout.count("error") == 1 and "is not assignable to type" in bad.stdout, bad.stdout


def test_a_bundled_page_runs_under_the_strictest_policy(package, browser, tmp_path):
    modules = tmp_path / "node_modules/flexatar"
    modules.parent.mkdir()
    shutil.copytree(package, modules)
    (tmp_path / "page.js").write_text("""
        import { FtarRenderer, locateSDK } from 'flexatar'
        import 'flexatar/element'
        import { installVirtualCamera } from 'flexatar/virtual-camera'
        import { VCAM } from 'flexatar/vcam'
        import { avatarProcessors } from 'flexatar/livekit'
        locateSDK('/sdk')
        globalThis.all = [installVirtualCamera, VCAM, avatarProcessors].every((one) => typeof one === 'function')
        globalThis.renderer = new FtarRenderer('/files', document.querySelector('canvas'))
        renderer.slot1 = '/files/default.ftar'
        renderer.addEventListener('avatar', () => { globalThis.shown = true })
    """)
    subprocess.run(["esbuild", "page.js", "--bundle", "--format=esm", "--minify", "--outfile=bundle.js"], cwd=tmp_path,
                   check=True, capture_output=True)
    page_file = b'<!doctype html><canvas width="160" height="120"></canvas><script type="module" src="bundle.js"></script>'
    with serving(instead={"bundled.html": page_file, "bundle.js": (tmp_path / "bundle.js").read_bytes()}) as url:
        with browser.new_context() as context:
            page = context.new_page()
            troubles = watch(page)
            page.goto(f"{url}/bundled.html")
            until(page, "globalThis.shown && all && renderer.stats.frames > 2")
    assert troubles == []


def test_the_studio_and_the_film_maker_of_the_package_open(package, browser):
    """With nothing beside it of what the repository's server has."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=package)
    (package / "page.html").write_text("<!doctype html><title>x</title>")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(f"http://localhost:{server.server_port}/page.html")
            page.evaluate("""async () => {
                const { VCAM } = await import('/sdk/vcam.js')
                const { VGEN } = await import('/sdk/vgen.js')
                globalThis.all = [new VCAM(null), new VGEN(null)]
                for (const one of all) one.mount(document.body)
                await Promise.all(all.map(({ readyPromise }) => readyPromise))
            }""")
            for kind, tabs in (("VCAM", 5), ("VGEN", 6)):
                frame = page.frames[1 + (kind == "VGEN")]
                frame.wait_for_selector("[role=tab]")
                assert len(frame.query_selector_all("[role=tab]")) == tabs
                assert frame.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent') !== ''")
            # The renderer looks beside it for its files, as everything does.
            until(page, "all.every(({ renderer }) => renderer.stats.frames > 0)")
    finally:
        server.shutdown()
        server.server_close()
    pages = [package / "README.md", *(package / "docs").glob("*.md")]
    assert len(pages) == 6
    for page in pages:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)


@pytest.fixture
def element(tools):
    """An element in the page, ready, as `element`."""
    tools.evaluate("""async () => {
        await import('/sdk/element.js')
        globalThis.element = document.createElement('flexatar-avatar')
        globalThis.heard = []
        for (const name of ['ready', 'avatar', 'error']) {
            element.addEventListener(name, (event) => {
                heard.push(name === 'error' ? event.detail.code : name)
                event.preventDefault()
            })
        }
        element.setAttribute('avatar', '/files/default.ftar')
        document.body.append(element)
        await new Promise((resolve) => element.addEventListener('avatar', resolve, { once: true }))
    }""")
    return tools


def test_an_element_shows_its_avatar_as_large_as_it_is_laid_out(element):
    assert element.evaluate("heard") == ["ready", "avatar"]
    assert element.evaluate("element.renderer.size") == {"width": 320, "height": 320}
    element.evaluate("() => { element.style.width = '200px' }")
    until(element, "element.renderer.size.width === 200 && element.renderer.size.height === 200")
    element.evaluate("() => { element.setAttribute('width', 480); element.setAttribute('height', 360) }")
    assert element.evaluate("element.renderer.size") == {"width": 480, "height": 360}
    assert element.evaluate("element.shadowRoot.querySelector('canvas').getAttribute('aria-label')") == "A speaking face"


def test_an_element_follows_its_attributes(element):
    element.evaluate("""() => {
        element.background = '#336699'
        element.setAttribute('emotion', 'joy')
        element.setAttribute('framing', 'close')
        element.setAttribute('head-motion', 'lively')
    }""")
    assert element.evaluate("[element.renderer.background, element.renderer.emotion, element.renderer.framing, "
                            "element.renderer.headMotion]") == ["#336699", {"joy": 0.7}, "close", "lively"]
    element.evaluate("() => { for (const name of ['emotion', 'background']) element.removeAttribute(name) }")
    assert element.evaluate("[element.renderer.background, element.renderer.emotion]") == ["photo", {}]
    element.evaluate("() => { element.avatar = '/files/nowhere.ftar' }")
    until(element, "heard.includes('download-failed')")


def test_an_element_takes_properties_as_react_assigns_them(element):
    assert element.evaluate("""() => {
        element.muted = ''
        const isMuted = element.muted
        element.muted = undefined
        element.background = '#336699'
        element.background = element.avatar = undefined
        return [isMuted, element.muted, element.getAttributeNames(), element.renderer.background, element.renderer.slot1]
    }""") == [True, False, [], "photo", None]


def test_an_attribute_that_is_wrong_is_told_and_the_others_count(element):
    element.evaluate("() => { element.setAttribute('framing', 'wide') }")
    assert element.evaluate("heard.at(-1)") == "unknown-name"
    element.evaluate("""async () => {
        heard.length = 0
        element.remove()
        await new Promise((resolve) => setTimeout(resolve, 50))
        element.setAttribute('head-motion', 'lively')
        element.voice = new MediaStream()
        document.body.append(element)
        await new Promise((resolve) => element.addEventListener('avatar', resolve, { once: true }))
    }""")
    assert element.evaluate("[heard, element.renderer.headMotion]") == [["unknown-name", "no-sound", "ready", "avatar"], "lively"]


def test_an_element_plays_its_voice_unless_it_is_muted(element):
    result = element.evaluate("""async () => {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
        const played = []
        const { play } = HTMLMediaElement.prototype
        HTMLMediaElement.prototype.play = function () {
            if (!this.muted) played.push(this)
            return play.call(this)
        }
        element.voice = stream
        const [own] = played
        const loud = own?.srcObject === element.voiceStream
        element.muted = true
        const silent = own?.srcObject
        const tracks = [element.mediaStream.getVideoTracks().length, element.voiceStream.getAudioTracks().length]
        element.voice = null
        return { loud, silent, tracks }
    }""")
    assert result == {"loud": True, "silent": None, "tracks": [1, 1]}


def test_an_element_survives_being_moved_and_comes_back_after_being_taken_out(element):
    moved = element.evaluate("""async () => {
        const before = element.renderer
        const box = document.createElement('div')
        document.body.append(box)
        box.append(element)
        await new Promise((resolve) => setTimeout(resolve, 50))
        const same = element.renderer === before
        element.remove()
        await new Promise((resolve) => setTimeout(resolve, 50))
        const gone = element.renderer
        document.body.append(element)
        await new Promise((resolve) => element.addEventListener('avatar', resolve, { once: true }))
        return { same, gone, again: element.renderer !== before }
    }""")
    assert moved == {"same": True, "gone": None, "again": True}
