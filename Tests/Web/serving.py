"""A static server with the page's own layout and the strictest policy under which it must run."""
import contextlib
import functools
import http.server
import pathlib
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = {
    "/sdk/": ROOT / "web/sdk",
    "/extension/sdk/": ROOT / "web/sdk",
    "/extension/": ROOT / "web/extension",
    "/demo/": ROOT / "web/demo",
    "/pages/": ROOT / "web/pages",
    "/studio/": ROOT / "web/studio",
    "/films/": ROOT / "web/films",
    "/examples/": ROOT / "web/examples",
    "/call/": ROOT / "web/call",
    "/files/": ROOT / "dist/files",
    "/test/": ROOT / "Tests/Web/pages",
    "/cache/": ROOT / "cache",
}
PAGES = {"/main": "web/demo/index.html", "/films": "web/demo/films.html", "/call": "web/call/index.html", "/examples": "web/examples/index.html",
         "/favicon.ico": "web/demo/icon.svg"}
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:; frame-src 'self'"
)


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
        ".wasm": "application/wasm", ".jpg": "image/jpeg", ".png": "image/png", ".wav": "audio/wav",
        "": "application/octet-stream",
    }

    def __init__(self, *arguments, missing=(), instead={}, cut=(), policy=POLICY, **options):
        self.missing, self.instead, self.cut, self.policy = missing, instead, cut, policy
        super().__init__(*arguments, **options)

    def do_GET(self):
        name = self.path.rsplit("/", 1)[-1]
        if name not in self.instead and name not in self.cut:
            return super().do_GET()
        content = self.instead[name] if name in self.instead else pathlib.Path(self.translate_path(self.path)).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(name))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if name in self.cut else content)
        self.close_connection = True

    def translate_path(self, path):
        path = path.split("?")[0].split("#")[0]
        if any(name in path for name in self.missing):
            return "/nowhere"
        if path in PAGES:
            return str(ROOT / PAGES[path])
        for prefix, folder in FOLDERS.items():
            if path.startswith(prefix):
                file = (folder / path[len(prefix):]).resolve()
                return str(file) if file.is_relative_to(folder.resolve()) else "/nowhere"
        return "/nowhere"

    def end_headers(self):
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(**options):
    """Serves on a free port; requests for paths that contain one of `missing` are answered 404, files named in `instead`
    have that content, those named in `cut` break off in the middle."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, **options))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        # localhost, not 127.0.0.1: a secure context with a name, as a user has it.
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
