"""The samples and the guide of the docs page, carried out as a reader would."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract.current import document
from docs_page import guides
from docs_page.calls import call
from docs_page.document import dressed
from docs_page.languages import LANGUAGES, samples
from tests.contract.requests import SPEC, World, each
from tests.factories import PASSWORD

# How a sample is run from a file, for the languages that are always here, and for Ruby and Go
# where they are installed.
COMMANDS = {
    "cURL": ("sh", ["sh"]),
    "Python": ("py", [sys.executable]),
    "JavaScript": ("mjs", [str(Path(sys.executable).with_name("node"))]),
}
if shutil.which("ruby"):
    COMMANDS["Ruby"] = ("rb", ["ruby"])
if shutil.which("go"):
    COMMANDS["Go"] = ("go", ["go", "run"])
CARRIED_OUT = [
    "create_invitation",
    "list_invitations",
    "update_organization",
    "create_import",
    "get_health",
]
BASE_URL = "http://localhost:8000"
DRESSED = dressed(SPEC, BASE_URL)
LABELS = [label for _, label in LANGUAGES.values()]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def run(server, make, tmp_path):
    """Puts one's own organization and token where the examples stand."""
    world = World(make)
    own = {
        SPEC["components"]["schemas"]["Id"]["example"]: world.organization.id,
        "YOUR_API_TOKEN": world.credential,
    }

    def run(label, operation):
        written = samples(call(SPEC, operation.path, operation.method.lower(), server))
        [source] = [one["source"] for one in written if one["label"] == label]
        for example, value in own.items():
            source = source.replace(example, value)
        suffix, command = COMMANDS[label]
        program = tmp_path / f"sample.{suffix}"
        program.write_text(source)
        return subprocess.run([*command, program], capture_output=True, text=True, timeout=60)

    return run


# The database makes no difference to a sample.
@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", CARRIED_OUT)
@pytest.mark.parametrize("label", COMMANDS)
def test_a_sample_does_what_the_operation_does(run, label, name):
    operation = document().operations[name]

    ran = run(label, operation)

    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout[ran.stdout.index("{") :])
    assert "code" not in answer, answer
    if label != "cURL":
        assert ran.stdout[:3] == min(operation.statuses)


@each()
def test_every_operation_has_a_sample_in_every_language(operation):
    written = DRESSED["paths"][operation.path][operation.method.lower()]["x-codeSamples"]

    filled = re.sub(r"\\\{\w+\\\}", r"[^{}?]+", re.escape(operation.path))
    assert [one["label"] for one in written] == LABELS
    for one in written:
        [address] = re.findall(rf'"{BASE_URL}([^"]*)"', one["source"])
        assert re.fullmatch(rf"{filled}(\?.*)?", address)


@each(lambda operation: not operation.public)
def test_a_sample_says_where_the_secret_goes(operation):
    written = DRESSED["paths"][operation.path][operation.method.lower()]["x-codeSamples"]

    assert all("YOUR_" in one["source"] for one in written)


def test_the_way_to_a_token_is_as_the_guide_says(server, make):
    make.organization(make.user("ada@example.com", password=PASSWORD))

    token = None
    answers = []
    for block in BLOCK.findall(guides.authentication(server)):
        line = re.sub("YOUR_[A-Z_]+", str(token), block).replace("curl", "curl --silent", 1)
        ran = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
        answers.append(json.loads(ran.stdout))
        token = answers[-1].get("access_token") or answers[-1].get("token")

    assert answers[1]["scopes"] == ["account:read"]
    assert answers[2]["email"] == "ada@example.com"


def test_the_page_says_what_each_operation_needs():
    create = DRESSED["paths"]["/api/organizations/{id}/invitations"]["post"]

    assert create["description"].endswith(
        "**Needs:** scope `invitations:write`, plan `team`, "
        "`X-CSRF-Token` when the cookie signs in, rate limit `invitation`. "
        "**Refuses with:** `ALREADY_MEMBER`, `FORBIDDEN`, `INVITATION_PENDING`, `TEAM_SEAT_LIMIT`, "
        "`TEAM_UNKNOWN`."
    )


def test_the_contract_itself_is_left_as_it_is():
    assert b"x-codeSamples:" not in document().text
    assert document().spec["info"]["description"] in DRESSED["info"]["description"]
