"""What is checked without running: the JSDoc types of the SDK and the demo."""
import shutil
import subprocess

import pytest

from serving import ROOT


@pytest.mark.skipif(not shutil.which("tsc"), reason="TypeScript is not installed: scripts/setup.sh --tests")
def test_the_types_agree(tmp_path):
    run = subprocess.run(["tsc", "-p", "web/tsconfig.json", "--noEmit", "false", "--declaration", "--emitDeclarationOnly",
                          "--outDir", tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:]
    assert "connectMediaStream(source:" in (tmp_path / "sdk/easy-renderer.d.ts").read_text()
