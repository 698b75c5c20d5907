"""The contract's list of statuses is the list of what must have been seen."""

import pytest

from tests.contract.requests import OPERATIONS


@pytest.mark.last
def test_every_declared_answer_was_received(seen):
    declared = {(operation.id, status) for operation in OPERATIONS for status in operation.statuses}

    assert sorted(declared - seen) == []
