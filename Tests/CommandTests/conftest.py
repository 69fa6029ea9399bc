"""The real program, run as users and scripts run it."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("FLEXATAR") or ROOT / ".build/release/flexatar")
CODES = {"no-face", "many-faces", "face-too-small", "not-frontal", "eyes-hidden", "blurred", "too-large", "unreadable"}


class Done:
    """What a run of the program left."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def refused(self, *codes):
        """Refused as the contract says, with one of `codes`."""
        assert self.code == 65, (self.code, self.err)
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        code, sentence = lines[0].removeprefix("error: ").split(": ", 1)
        assert code in CODES and (not codes or code in codes), lines[0]
        assert sentence[0].isupper() and sentence.endswith("."), sentence
        assert self.out == ""

    def failed(self, *words):
        """Ended with one clear sentence that has `words` in it, and not by a crash."""
        assert self.code not in (0, 64, 65) and 0 < self.code < 126, (self.code, self.err)
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert lines and lines[-1].startswith("error: "), self.err
        assert len(lines[-1]) > 15, self.err
        for word in words:
            assert word.lower() in lines[-1].lower(), (word, lines[-1])


@pytest.fixture(scope="session")
def flexatar():
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built: swift build -c release --product flexatar")

    def run(*arguments, timeout=300, **environment):
        return Done(subprocess.run(
            [str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
            env={**os.environ, "FLEXATAR_HOME": str(ROOT), **environment}))

    return run


@pytest.fixture(scope="session")
def portrait():
    path = ROOT / "cache/portrait.png"
    if not path.exists() or not (ROOT / "cache/models/face_landmark_with_attention.tflite").exists():
        pytest.skip("the portrait or the models are not in cache/: run scripts/setup.sh")
    return path


@pytest.fixture(scope="session")
def face(portrait, tmp_path_factory):
    """The default portrait cut and enlarged, so that it passes the gate on its own: 800 x 1000."""
    from PIL import Image
    path = tmp_path_factory.mktemp("face") / "face.png"
    Image.open(portrait).convert("RGB").crop((100, 0, 356, 320)).resize((800, 1000), Image.LANCZOS).save(path)
    return path


@pytest.fixture(scope="session")
def avatar(flexatar, face, tmp_path_factory):
    path = tmp_path_factory.mktemp("avatar") / "face.ftar"
    done = flexatar("create", face, "-o", path)
    assert done.code == 0, done.err
    return path


@pytest.fixture(scope="session")
def other(flexatar, face, tmp_path_factory):
    """Somebody else: the portrait mirrored, longer, and of other colours."""
    from PIL import Image
    folder = tmp_path_factory.mktemp("other")
    picture = Image.open(face).transpose(Image.FLIP_LEFT_RIGHT).resize((800, 1100), Image.LANCZOS)
    red, green, blue = picture.split()
    Image.merge("RGB", (blue, red, green)).save(folder / "other.png")
    done = flexatar("create", folder / "other.png", "-o", folder / "other.ftar")
    assert done.code == 0, done.err
    return folder / "other.ftar"


@pytest.fixture(scope="session")
def shared():
    folder = pathlib.Path(os.environ.get("FLEXATAR_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: no shared photos and voices")
    return folder
