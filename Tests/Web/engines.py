"""Debian's three browsers behind one small interface: open an address, evaluate a function, take a screenshot. Chromium by
Playwright; Firefox by WebDriver BiDi, which it speaks itself; WebKitGTK by its WebDriver, on a display of its own."""
import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import pytest
from websockets.sync.client import connect

FIREFOX = {
    # No graphics processor, no user, and a microphone that sounds.
    "webgl.force-enabled": True, "media.navigator.streams.fake": True, "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0, "media.autoplay.blocking_policy": 0, "media.autoplay.block-webaudio": False, "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False, "browser.startup.homepage_override.mstone": "ignore",
    # A peer in the same machine, without a name service that would find it.
    "media.peerconnection.ice.loopback": True, "media.peerconnection.ice.obfuscate_host_addresses": False,
    "app.update.enabled": False, "toolkit.telemetry.enabled": False,
}
WEBKIT_BROWSER = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))), None)


@contextlib.contextmanager
def started(*command, **options):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


# What is asked has to be answered within so many seconds.
PATIENCE = 180


class Engine:
    """As much of Playwright's page as tests need that run in every browser."""

    def evaluate(self, script, argument=None):
        """The value of an expression, or of a function that is given `argument`; of a block in braces none."""
        if script.startswith("{"):
            script = f"() => {script}"
        elif not re.match(r"(async )?\([^)]*\) =>", script):
            script = f"() => ({script})"
        return self.call(script, *[] if argument is None else [argument])

    def wait_for_timeout(self, milliseconds):
        time.sleep(milliseconds / 1000)

    @contextlib.contextmanager
    def hidden(self):
        """Another tab is before the page's. Only Firefox's driver can do so."""
        other = self.put_before()
        try:
            yield
        finally:
            self.take_away(other)


class Chromium(Engine):
    def __init__(self, page):
        self.page = page

    def open(self, address):
        self.page.goto(address)

    def call(self, function, *arguments):
        return self.page.evaluate(f"(given) => ({function})(...given)", list(arguments))

    def screenshot(self, path):
        self.page.screenshot(path=path)


class Firefox(Engine):
    def __init__(self, channel):
        self.channel, self.number = channel, 0
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("browsingContext.setViewport", context=self.context, viewport={"width": 800, "height": 640})

    def ask(self, method, **parameters):
        self.number += 1
        self.channel.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.channel.recv(timeout=PATIENCE))
            if answer.get("id") == self.number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, address):
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def call(self, function, *arguments):
        result = self.ask(
            "script.evaluate", target={"context": self.context}, awaitPromise=True, userActivation=True,
            expression=f"(async () => JSON.stringify(await ({function})(...{json.dumps(list(arguments))})) ?? 'null')()")
        assert result["type"] == "success", result["exceptionDetails"]["text"]
        return json.loads(result["result"]["value"])

    def put_before(self):
        return self.ask("browsingContext.create", type="tab", background=False)["context"]

    def take_away(self, other):
        self.ask("browsingContext.close", context=other)
        self.ask("browsingContext.activate", context=self.context)

    def screenshot(self, path):
        data = self.ask("browsingContext.captureScreenshot", context=self.context)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))


class WebKit(Engine):
    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.session = None
        options = {"binary": str(WEBKIT_BROWSER), "args": ["--automation", "--autoplay-policy=allow", "--enable-media-stream=true", "--enable-mock-capture-devices=true"]}
        self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})["sessionId"]
        self.ask("POST", "/timeouts", {"script": 1000 * PATIENCE})

    def ask(self, method, path, body=None):
        prefix = f"/session/{self.session}" if self.session else ""
        request = urllib.request.Request(self.address + prefix + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE + 30) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def open(self, address):
        self.ask("POST", "/url", {"url": address})

    def call(self, function, *arguments):
        script = ("const done = arguments[arguments.length - 1];"
                  f"(async () => ({function})(...arguments[0]))().then((value) => done({{ value: value ?? null }}),"
                  " (error) => done({ error: `${error.name}: ${error.message}` }))")
        answer = self.ask("POST", "/execute/async", {"script": script, "args": [list(arguments)]})
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def screenshot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.ask("GET", "/screenshot")))

    def close(self):
        with contextlib.suppress(AssertionError, OSError):
            self.ask("DELETE", "")


@contextlib.contextmanager
def surroundings():
    """A screen that nobody sees and a loudspeaker that nobody hears: without the one neither Firefox nor WebKitGTK draws
    with WebGL, without the other their audio clock stands still. Gives the environment to start them in."""
    if not (shutil.which("Xvfb") and shutil.which("pulseaudio")):
        pytest.skip("xvfb or pulseaudio is not installed")
    read, write = os.pipe()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(started("Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24",
                                    stderr=subprocess.DEVNULL, pass_fds=[write]))
        os.close(write)
        with os.fdopen(read) as answer:
            name = f":{answer.readline().strip()}"
        environment = {
            **os.environ, "DISPLAY": name, "LIBGL_ALWAYS_SOFTWARE": "1", "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1",
            "PULSE_RUNTIME_PATH": folder, "PULSE_SERVER": f"unix:{folder}/pulse", "HOME": folder,
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        stack.enter_context(started(
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--load=module-null-sink",
            f"--load=module-native-protocol-unix auth-anonymous=1 socket={folder}/pulse", stderr=subprocess.DEVNULL,
            env={**environment, "PULSE_SERVER": ""}))
        until_there(pathlib.Path(folder, "pulse").exists)
        yield environment


def until_there(is_there, seconds=90):
    end = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def answers(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True


@contextlib.contextmanager
def chromium(browser):
    with browser.new_context(viewport={"width": 800, "height": 640}) as context:
        yield Chromium(context.new_page())


@contextlib.contextmanager
def firefox():
    if not shutil.which("firefox-esr"):
        pytest.skip("firefox-esr is not installed")
    with surroundings() as environment, tempfile.TemporaryDirectory() as profile:
        pathlib.Path(profile, "user.js").write_text(
            "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in FIREFOX.items()))
        with started("firefox-esr", "--remote-debugging-port", "0", "--profile", profile, "--no-remote",
                     stderr=subprocess.PIPE, text=True, env=environment) as process:
            address = None
            for line in process.stderr:
                if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                    address = found[1]
                    break
            assert address, "Firefox has not said where it listens"
            # Nobody reads on; a full pipe would halt it.
            process.stderr.close()
            with connect(f"{address}/session", max_size=None, ping_interval=None) as channel:
                yield Firefox(channel)


@contextlib.contextmanager
def webkit():
    if not (WEBKIT_BROWSER and shutil.which("WebKitWebDriver")):
        pytest.skip("webkit2gtk-driver is not installed")
    port = free_port()
    with surroundings() as environment, started("WebKitWebDriver", f"--port={port}", stderr=subprocess.DEVNULL, env=environment):
        until_there(lambda: answers(port))
        driver = WebKit(port)
        try:
            yield driver
        finally:
            driver.close()


NAMES = ["chromium", "firefox", "webkit"]


@contextlib.contextmanager
def running(name, browser):
    """The browser of that name; `browser` is the tests' own Chromium."""
    with chromium(browser) if name == "chromium" else {"firefox": firefox, "webkit": webkit}[name]() as engine:
        engine.name = name
        yield engine
