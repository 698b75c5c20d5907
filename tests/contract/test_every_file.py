"""Bodies that are a file: taken as they come, up to the size that the document states."""

import pytest

from tests.contract.requests import FILE, each, everything, request, stated


def takes_a_file(operation):
    return FILE in stated(operation).get("requestBody", {}).get("content", {})


@each(takes_a_file)
def test_a_file_beyond_the_limit_is_refused(client, world, operation):
    before, limit = everything(), stated(operation)["x-max-body"]

    response = send(client, world, operation, b" " * (limit + 1), FILE)

    assert (response.status_code, response.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert response.json()["limit_bytes"] == limit
    assert everything() == before


@each(takes_a_file)
@pytest.mark.parametrize("kind", ["text/html", "multipart/form-data; boundary=x"])
def test_what_is_not_sent_as_a_file_is_refused(client, world, operation, kind):
    response = send(client, world, operation, b"[]", kind)

    assert (response.status_code, response.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert FILE in response.json()["message"]


@each(takes_a_file)
def test_an_empty_file_is_refused(client, world, operation):
    response = send(client, world, operation, b"", FILE)

    assert response.status_code == 400
    assert response.json()["details"] == [{"pointer": "", "reason": "is required"}]


def send(client, world, operation, content, kind):
    headers = {"Content-Type": kind}
    return request(operation, world).send(client, content=content, json=None, headers=headers)
