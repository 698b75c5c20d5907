"""The contract's lists of statuses and of error codes are the lists of what must have been seen."""

import pytest

from contract.codes import codes
from tests.client import REFUSED
from tests.contract.requests import OPERATIONS, SPEC, stated
from tests.examples import RECORDED


@pytest.mark.last
def test_every_declared_answer_was_received(seen):
    declared = {(operation.id, status) for operation in OPERATIONS for status in operation.statuses}

    assert sorted(declared - seen) == []


@pytest.mark.last
def test_every_declared_code_was_received():
    declared = {
        (operation.id, code) for operation in OPERATIONS for code in codes(SPEC, stated(operation))
    }

    assert sorted(declared - REFUSED) == []


@pytest.mark.last
def test_every_code_was_received():
    received = {code for _, code in REFUSED}

    assert sorted({*SPEC["components"]["schemas"]["ErrorCode"]["enum"]} - received) == []


@pytest.mark.last
def test_every_example_was_received():
    assert sorted(SPEC["components"]["examples"].keys() - RECORDED) == []
