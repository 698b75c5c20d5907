"""The samples of the docs page, which are made from the contract, carried out."""

import json
import shutil
import subprocess
import sys

import pytest

from contract.current import document
from docs_page.calls import call
from docs_page.document import dressed, guide
from docs_page.languages import LANGUAGES, samples
from tests.contract.requests import OPERATIONS, SPEC, World, each

# How a sample is run that was written into a file, for the languages that are always here.
COMMANDS = {"curl.sh": ["sh"], "python.py": [sys.executable], "javascript.mjs": ["node"]}
CARRIED_OUT = ["create_invitation", "list_invitations", "update_organization", "get_health"]


@pytest.fixture
def world(make):
    return World(make)


@pytest.fixture
def run(server, world, tmp_path):
    """Puts one's own ids, address and token into a sample, as a reader would, and runs it."""
    token = world.credential
    own = {
        SPEC["components"]["schemas"]["Id"]["example"]: world.organization.id,
        "YOUR_API_TOKEN": token,
    }

    def run(language, operation):
        shown = samples(call(SPEC, operation.path, operation.method.lower(), server))
        [source] = [
            each["source"] for each in shown if each["label"] == LANGUAGES[language][1]
        ]
        for example, value in own.items():
            source = source.replace(example, value)
        program = tmp_path / language
        program.write_text(source)
        return subprocess.run(
            [*COMMANDS[language], str(program)], capture_output=True, text=True, timeout=60
        )

    return run


@pytest.mark.parametrize("name", CARRIED_OUT)
@pytest.mark.parametrize("language", COMMANDS)
def test_a_sample_does_what_the_operation_does(run, language, name):
    ran = run(language, document().operations[name])

    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout[ran.stdout.index("{") :])
    assert "code" not in answer, answer


@each()
def test_every_operation_has_a_sample_in_every_language(operation):
    shown = dressed(SPEC, "http://localhost:8000")
    written = shown["paths"][operation.path][operation.method.lower()]["x-codeSamples"]

    assert [one["label"] for one in written] == [label for _, label in LANGUAGES.values()]
    for one in written:
        assert "{" not in one["source"].split("http://localhost:8000")[1].split('"')[0]
