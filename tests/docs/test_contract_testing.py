"""What docs/contract-testing.md tells to type, as far as it needs nothing from the network."""

import os
import subprocess
import sys
from pathlib import Path

import app
import config
from demo.installation import running
from tests.conftest import listening
from tests.docs.test_first_steps import ROOT, shell_blocks

TOOLS = Path(sys.executable).parent
PAGE = "docs/contract-testing.md"


def block_with(words):
    [found] = [block for block in shell_blocks(PAGE) if words in block]
    return found


def test_the_mock_shows_the_refusal_of_a_full_team():
    with listening(app.create_mock(config.settings())) as url:
        lines = block_with("Prefer: code=TEAM_SEAT_LIMIT").replace("http://127.0.0.1:4010", url)
        typed = subprocess.run(["sh", "-euc", lines], capture_output=True, text=True, timeout=60)

    assert typed.stdout.startswith("HTTP/1.1 403")
    assert '"pending_invitations":1' in typed.stdout


def test_schemathesis_finds_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("RATE_LIMITS_ENABLED", "false")
    _, _, *prepare = block_with("slugbase user create").splitlines()
    run = block_with("st run").replace("examples,coverage", "examples")
    with running() as installation:
        lines = "\n".join([*prepare, run.replace("http://localhost:8000", installation.url)])
        typed = subprocess.run(
            ["sh", "-euc", lines.replace("docs/", f"{ROOT}/docs/")],
            cwd=tmp_path,
            env={
                **installation.environment,
                "BASE_URL": installation.url,
                "PATH": f"{TOOLS}:{os.environ['PATH']}",
            },
            capture_output=True,
            text=True,
            timeout=300,
        )

    assert typed.returncode == 0, typed.stdout[-3000:] + typed.stderr
    assert "passed" in typed.stdout
