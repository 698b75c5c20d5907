"""The contract as it is, against its last release."""

import shutil
from copy import deepcopy

import pytest

from contract.current import document
from contract.document import load
from drift import gate, release
from drift.changes import Level, Told
from drift.documents import compare

SENTENCE = "create_invitation: the request field `NewInvitation.role` became required; callers."
BREAKS = [Told(Level.BREAKING, SENTENCE), Told(Level.ADDED, "list_parts: GET /parts is new.")]


def test_the_contract_breaks_nobody_since_its_last_release():
    problems = gate.problems(gate.changes(), gate.allowed())

    assert problems == [], "\n".join(["", *problems, gate.WAY_OUT])


def test_a_break_needs_an_entry_and_the_entry_a_reason():
    assert gate.problems(BREAKS, []) == [SENTENCE]
    assert gate.problems(BREAKS, [{"change": SENTENCE, "reason": "Nobody sends it."}]) == []
    for entry in ({"change": SENTENCE}, {"change": SENTENCE, "reason": " "}):
        [problem] = gate.problems(BREAKS, [entry])
        assert problem.startswith("allowed.yaml gives no reason for: create_invitation")


def test_an_entry_needs_a_break():
    entry = {"change": "list_parts: GET /parts is new.", "reason": "It is."}

    [problem] = gate.problems(BREAKS[1:], [entry])

    assert problem == "allowed.yaml allows what did not happen: list_parts: GET /parts is new."


def test_the_sentence_says_what_breaks_whom():
    after = deepcopy(document().spec)
    after["components"]["schemas"]["NewInvitation"]["required"].append("role")

    found = gate.report(compare(document().spec, after))

    assert found.startswith(
        "Breaking (1):\ncreate_invitation, create_invitations: the request field "
        "`NewInvitation.role` became required; callers that leave it out get 400."
    )


def test_every_release_can_still_be_read():
    for path in gate.FOLDER.glob("[0-9]*.yaml"):
        assert load(path).spec["info"]["version"] == path.stem


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "0.0.9.yaml").write_bytes(document().text)
    (tmp_path / gate.ALLOWED).write_text("[]")
    return tmp_path


def test_a_release_is_kept_once_and_takes_the_reasons_with_it(folder):
    kept = release.release(folder)

    assert kept.read_bytes() == document().text
    assert gate.last_release(folder) == kept
    assert gate.allowed(folder) == []
    with pytest.raises(ValueError, match="not newer than the last release"):
        release.release(folder)


def test_a_release_that_breaks_somebody_without_a_reason_is_refused(folder):
    (folder / gate.ALLOWED).write_text("- {change: nothing, reason: none}")

    with pytest.raises(ValueError, match="allows what did not happen"):
        release.release(folder)


def test_versions_are_numbers(folder):
    for name in ("0.10.0", "0.2.0"):
        shutil.copy(folder / "0.0.9.yaml", folder / f"{name}.yaml")

    assert gate.last_release(folder).stem == "0.10.0"
