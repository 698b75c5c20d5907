import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from sqlalchemy import select

import db
from models import Invitation

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
# What must be there to run a sample, and the command that runs it.
COMMANDS = {
    "sh": ("curl", ["sh"]),
    "py": (sys.executable, [sys.executable]),
    "mjs": ("node", ["node"]),
    "go": ("go", ["go", "run"]),
    "rb": ("ruby", ["ruby"]),
}
INSTALLED = {kind for kind, (program, _) in COMMANDS.items() if shutil.which(program)}


class SampleNotRun(UserWarning):
    """Told at the end of the run, where it cannot be overlooked."""


@pytest.fixture
def organization(make):
    return make.organization(make.user("ada@example.com"), seats=10)


@pytest.fixture
def run(server, make, organization):
    admin = make.member(organization, role="admin")
    token = make.token(admin, organization, scopes=["invitations:write"])

    def run(kind, email):
        _, command = COMMANDS[kind]
        return subprocess.run(
            [*command, str(SAMPLES / f"create_invitation.{kind}")],
            env={
                **os.environ,
                "BASE_URL": server,
                "ORGANIZATION": organization.id,
                "TOKEN": token,
                "EMAIL": email,
            },
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run


def invited():
    with db.reading() as session:
        return session.scalars(select(Invitation.email)).all()


def test_there_is_a_command_for_every_sample():
    assert {path.suffix[1:] for path in SAMPLES.glob("create_invitation.*")} == COMMANDS.keys()


@pytest.mark.filterwarnings("default::tests.docs.test_samples.SampleNotRun")
def test_every_sample_whose_language_is_here_invites_and_tells_a_refusal(run):
    missing = sorted(COMMANDS.keys() - INSTALLED)
    for kind in sorted(INSTALLED):
        email = f"{kind}@example.com"
        first, again = run(kind, email), run(kind, email)

        assert first.returncode == 0, f"{kind}: {first.stdout}{first.stderr}"
        assert json.loads(first.stdout)["email"] == email
        assert again.returncode != 0, kind
        assert json.loads(again.stdout)["code"] == "INVITATION_PENDING"

    assert {"sh", "py"} <= INSTALLED
    assert sorted(invited()) == sorted(f"{kind}@example.com" for kind in INSTALLED)
    if missing:
        names = ", ".join(f"create_invitation.{kind}" for kind in missing)
        warnings.warn(f"not run, for want of their language: {names}", SampleNotRun, stacklevel=1)
