"""What the documents tell a newcomer to type, typed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demo.installation import running

ROOT = Path(__file__).parents[2]
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shell_blocks(document):
    return SHELL.findall((ROOT / document).read_text())


@pytest.fixture
def type_in(tmp_path, monkeypatch):
    """Types lines at a server that was just started, as a newcomer in the project's folder."""
    monkeypatch.setenv("DATABASE_URL", "")
    tools = Path(sys.executable).parent
    with running() as installation:

        def type_in(lines):
            return subprocess.run(
                ["sh", "-euc", lines.replace(".venv/bin/", f"{tools}/")],
                cwd=ROOT,
                env={**installation.environment, "BASE_URL": installation.url},
                capture_output=True,
                text=True,
                timeout=120,
            )

        yield type_in


def test_the_first_invitation_takes_five_lines(type_in):
    [lines] = [block for block in shell_blocks("README.md") if "user create" in block]

    typed = type_in(lines)

    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert len(lines.splitlines()) == 5
    assert '"accept_url"' in typed.stdout


def test_the_token_of_the_samples_is_enough_for_them(type_in):
    prepare, run = shell_blocks("docs/samples/README.md")
    python = next(line for line in run.splitlines() if line.startswith("python3"))

    typed = type_in(f"{prepare}\n{python}")

    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert '"accept_url"' in typed.stdout


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_demonstration_ends_well_and_shows_no_secret(kind, request):
    url = request.getfixturevalue("postgres") if kind == "postgresql" else ""

    told = subprocess.run(
        [sys.executable, "-m", "demo.story"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert told.returncode == 0, told.stdout[-2000:] + told.stderr
    assert told.stdout.endswith("Every step was answered as expected.\n")
    assert not re.search(r"Correct-Horse-7|(sb_|eyJ|token=)[\w.-]{8,}", told.stdout)
