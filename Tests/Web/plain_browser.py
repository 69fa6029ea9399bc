"""A browser without Playwright, which keeps every page visible and focused: here a tab can really be behind another. Speaks
the DevTools protocol over a pipe."""
import contextlib
import json
import os
import subprocess
import tempfile
import time

# What is asked has to be answered within so many seconds.
PATIENCE = 120


class Page:
    def __init__(self, browser, target):
        self.browser, self.target = browser, target
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def evaluate(self, expression, seconds=PATIENCE):
        answer = self.browser.send("Runtime.evaluate", self.session, seconds=seconds, expression=expression,
                                   awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"never came true: {expression}"
            time.sleep(0.1)

    def to_front(self):
        self.browser.send("Target.activateTarget", targetId=self.target)


class PlainBrowser:
    def __init__(self, write, read):
        self.write, self.read, self.number, self.rest = write, read, 0, b""

    def send(self, method, session=None, seconds=PATIENCE, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self.write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + seconds
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def receive(self, end):
        import select
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.read], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            self.rest += os.read(self.read, 1 << 20)
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def open(self, url):
        return Page(self, self.send("Target.createTarget", url=url)["targetId"])


@contextlib.contextmanager
def plain_browser(program, *arguments):
    to_browser, from_here = os.pipe()
    from_browser, to_here = os.pipe()

    def hand_over():
        # The protocol's two ends are file descriptors 3 and 4.
        os.dup2(to_browser, 103)
        os.dup2(to_here, 104)
        os.dup2(103, 3)
        os.dup2(104, 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--no-first-run",
             f"--user-data-dir={profile}", "--window-size=900,700", *arguments, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=hand_over,
            close_fds=False)
        os.close(to_browser)
        os.close(to_here)
        try:
            yield PlainBrowser(from_here, from_browser)
        finally:
            process.terminate()
            process.wait(20)
            os.close(from_here)
            os.close(from_browser)
