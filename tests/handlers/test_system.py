import re
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

import config
import db
from contract.current import document
from docs_page import files
from migrations import applied

ROOT = Path(__file__).parents[2]
SECRET = "metrics-secret-of-the-tests"
READS = sorted(
    operation.id
    for operation in document().operations.values()
    if operation.method == "GET" and "{" not in operation.path
)


@pytest.fixture
def session(make, ada):
    make.organization(ada)
    return make.session(ada)


@pytest.fixture
def migrated_to(database):
    """Writes another revision over the one the database is at."""

    def execute(statement, **values):
        with db.engine().begin() as connection:
            connection.execute(text(statement), values)

    yield lambda revision: execute("UPDATE alembic_version SET version_num = :to", to=revision)
    execute("UPDATE alembic_version SET version_num = :to", to=applied.newest())


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = node.values()
    if not isinstance(node, str | int | float | None):
        for each in node:
            yield from references(each)


def test_the_process_is_alive(client):
    assert client.call("get_health").json() == {"status": "ok"}


def test_being_alive_does_not_need_the_database(client, monkeypatch):
    monkeypatch.setattr(db, "_engine", None)

    assert client.call("get_health").status_code == 200


def test_ready_names_the_database_and_its_migration(client, database):
    assert client.call("get_readiness").json() == {
        "status": "ready",
        "database": database.partition(":")[0].partition("+")[0],
        "migration": applied.newest(),
    }


@pytest.mark.example("UNAVAILABLE")
def test_another_migration_than_the_newest_is_not_ready(client, migrated_to):
    migrated_to("0000")

    response = client.call("get_readiness")

    assert (response.status_code, response.json()["code"]) == (503, "UNAVAILABLE")
    assert response.headers["retry-after"] == "5"
    migrated_to(applied.newest())
    assert client.call("get_readiness").status_code == 200


def test_without_its_database_the_server_is_not_ready(client, monkeypatch, tmp_path):
    gone = db.make_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    monkeypatch.setattr(db, "_readers", gone)

    assert client.call("get_readiness").status_code == 503


def test_the_version_is_that_of_the_package(client, monkeypatch):
    monkeypatch.delenv("COMMIT_SHA", raising=False)

    assert client.call("get_version").json() == {
        "version": version("slugbase"),
        "commit": None,
        "mode": "selfhosted",
    }


def test_the_operator_says_which_commit_runs_and_how(client, monkeypatch, configure):
    monkeypatch.setenv("COMMIT_SHA", "5f1c2b1e")
    configure(mode="cloud")

    answered = client.call("get_version").json()

    assert (answered["commit"], answered["mode"]) == ("5f1c2b1e", "cloud")


def test_the_contract_is_served_byte_for_byte(client):
    response = client.call("get_contract_yaml")

    assert response.content == (ROOT / "openapi.yaml").read_bytes()
    assert response.headers["content-type"].startswith("application/yaml")


def test_the_contract_as_json_says_the_same_with_its_references_intact(client):
    served = client.call("get_contract_json").json()

    assert served == document().spec
    found = set(references(served))
    assert "#/components/schemas/Error" in found
    for reference in found:
        node = served
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_metrics_count_what_was_answered_by_operation(client):
    def count():
        text = client.call("get_metrics", token=SECRET).text
        found = re.findall(r"^slugbase_http_requests_total{(.*)} (.*)$", text, re.MULTILINE)
        return sum(float(number) for labels, number in found if '"get_health"' in labels)

    client.call("get_health")
    before = count()
    client.call("get_health")

    assert count() == before + 1


@pytest.mark.parametrize("secret", [None, "wrong", SECRET[:-1], SECRET + "x"])
def test_metrics_need_the_secret(client, secret):
    response = client.call("get_metrics", token=secret)

    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHORIZED")
    assert response.headers["www-authenticate"] == "Bearer"


def test_nobody_signed_in_sees_metrics_by_that(client, session):
    assert client.call("get_metrics", token=session).status_code == 401


@pytest.mark.parametrize("sent", ["", SECRET])
def test_without_a_secret_nobody_sees_metrics(client, configure, sent):
    configure(metrics_secret=SecretStr(""))

    response = client.call("get_metrics", headers={"Authorization": f"Bearer {sent}".strip()})

    assert response.status_code == 401


@pytest.mark.parametrize("operation_id", READS)
def test_head_is_get_without_the_body(client, session, operation_id):
    credential = SECRET if operation_id == "get_metrics" else session
    query = {"token": "unknown"} if operation_id == "get_signup_status" else None

    head, get = [
        client.call(operation_id, token=credential, query=query, method=method)
        for method in ("HEAD", "GET")
    ]

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert get.content
    assert set(head.headers) == set(get.headers) - {"transfer-encoding"}
    if operation_id != "get_metrics" and "transfer-encoding" not in get.headers:  # metrics grow
        assert head.headers["content-length"] == get.headers["content-length"]


def test_a_refused_head_has_no_body_either(client):
    response = client.call("get_profile", method="HEAD")

    assert (response.status_code, response.content) == (401, b"")


def test_a_refusal_comes_as_a_problem_to_whoever_asks(client):
    plain = client.call("get_profile").json()

    response = client.call("get_profile", headers={"Accept": "application/problem+json"})

    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["instance"] == f"urn:request:{body['request_id']}"
    assert body["request_id"] == response.headers["x-request-id"]
    assert (body["type"], body["status"], body["code"]) == ("about:blank", 401, plain["code"])
    assert (body["title"], body["detail"]) == (plain["error"], plain["message"])


def test_a_problem_carries_the_facts_of_the_refusal(client, make):
    owner = make.user()
    organization = make.organization(owner, seats=1)

    response = client.call(
        "create_invitation",
        organization.id,
        token=make.token(owner, organization),
        json={"email": "guest@example.com"},
        headers={"Accept": "text/html;q=0.1, application/problem+json"},
    )

    body = response.json()
    assert (body["status"], body["code"], body["seats_total"]) == (403, "TEAM_SEAT_LIMIT", 1)
    assert "error" not in body


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json;q=0"])
def test_a_refusal_comes_as_json_to_everybody_else(client, accept):
    response = client.call("get_profile", headers={"Accept": accept})

    assert response.headers["content-type"] == "application/json"
    assert response.json()["error"] == "You are not signed in."


def test_what_is_nowhere_and_what_is_not_allowed_are_refused_in_the_same_shape(server):
    nowhere = httpx.get(f"{server}/api/nowhere")
    not_allowed = httpx.put(f"{server}/api/health")

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "NOT_FOUND")
    assert not_allowed.status_code == 405
    assert not_allowed.json()["code"] == "METHOD_NOT_ALLOWED"
    assert {"GET", "HEAD"} <= set(not_allowed.headers["allow"].replace(" ", "").split(","))


PAGE = [("get_api_docs",), ("get_api_docs_document",), ("get_api_docs_script", "viewer.js")]
each_file = pytest.mark.parametrize("file", PAGE, ids=lambda file: file[-1])


@each_file
def test_what_the_page_consists_of_may_be_kept_until_it_changes(client, file):
    first = client.call(*file)
    again = client.call(*file, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.call(*file, headers={"If-None-Match": 'W/"older"'}).content == first.content


@each_file
def test_it_comes_packed_to_those_who_can_unpack_it(client, file):
    packed = client.call(*file, headers={"Accept-Encoding": "gzip"})
    plain = client.call(*file, headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_only_the_page_itself_may_run_scripts_and_only_those_of_this_server(client):
    policy = client.call("get_api_docs").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    for other in ("get_health", "get_api_docs_document"):
        answer = client.call(other)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; frame")


def test_the_contract_names_every_script_of_the_page():
    known = document().spec["paths"]["/api-docs/{file}"]["get"]["parameters"][0]["schema"]["enum"]

    assert set(known) == files.scripts().keys()


@each_file
def test_an_operator_can_switch_the_page_off(client, monkeypatch, file):
    off = config.settings().model_copy(update={"api_docs": False})
    monkeypatch.setattr(config, "settings", lambda: off)

    assert client.call(*file).status_code == 404
