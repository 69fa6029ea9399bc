"""`scripts/setup.sh`: what it says where something is missing."""
import os
import pathlib
import shutil
import subprocess

from conftest import ROOT

TOOLS = ["bash", "dirname", "grep", "head", "tr", "cut", "cat", "id", "mkdir", "env"]


def set_up(folder: pathlib.Path, **programs):
    """Runs it with no programs on the PATH but the simplest and `programs` (name: shell script)."""
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    for name, script in programs.items():
        (folder / name.replace("_", "-")).write_text(f"#!{shutil.which('bash')}\n{script}\n")
        os.chmod(folder / name.replace("_", "-"), 0o755)
    return subprocess.run(["bash", ROOT / "scripts/setup.sh"], cwd=ROOT, env={"PATH": str(folder)},
                          capture_output=True, text=True, timeout=180)


def test_looks_for_swift_before_it_installs_anything(tmp_path):
    called = tmp_path / "called"
    spy = f"echo >{called}; exit 1"
    done = set_up(tmp_path, apt_get=spy, dpkg_query=spy, sudo=spy)
    assert done.returncode == 1 and not called.exists()
    assert done.stderr == "setup: Swift 6.3 or newer is needed: https://www.swift.org/install/linux\n"


def test_says_that_swift_is_too_old(tmp_path):
    done = set_up(tmp_path, swift="echo 'Swift version 6.1 (swift-6.1-RELEASE)'")
    assert done.returncode == 1
    assert done.stderr == "setup: Swift 6.1 is too old; 6.3 or newer is needed: https://www.swift.org/install/linux\n"
