"""A defect of ours, wherever it is: nothing of it leaves, and the log can be asked for it."""

import pytest

from tests.client import Client
from tests.contract.requests import SPEC, each, everything, request

SECRET = "SELECT password FROM the-defect"


@each()
@pytest.mark.usefixtures("database")
def test_a_defect_is_answered_without_a_word_about_it(watched, world, caplog, operation):
    url, watch = watched
    before = everything()
    with Client(url, SPEC) as client, watch.raising(RuntimeError(SECRET)):
        response = request(operation, world).send(client)

    assert (response.status_code, response.json()["code"]) == (500, "INTERNAL_ERROR")
    assert SECRET not in response.text + str(response.headers)
    request_id = response.json()["request_id"]
    assert response.headers["x-request-id"] == request_id
    [logged] = [record for record in caplog.records if request_id in record.getMessage()]
    assert SECRET in str(logged.exc_info)
    assert everything() == before


@each(lambda operation: operation.method == "POST")
def test_a_defect_gives_the_idempotency_key_back(watched, world, operation):
    url, watch = watched
    headers = {"Idempotency-Key": "after-a-defect"}
    with Client(url, SPEC) as client:
        with watch.raising(RuntimeError(SECRET)):
            assert request(operation, world).send(client, headers=headers).status_code == 500
        response = request(operation, world).send(client, headers=headers)

    assert response.json().get("code") != "IDEMPOTENCY_KEY_IN_USE"
    assert "idempotency-replayed" not in response.headers
