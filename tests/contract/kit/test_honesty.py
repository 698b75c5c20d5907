"""The compiled server answers as connexion itself does from the same document and handlers."""

import pytest

ID = "0190f5a0-0000-7000-8000-000000000000"
ADA = {"authorization": "Bearer ada"}
THING = {"name": "a", "email": "a@example.com", "kind": "bad"}


@pytest.mark.parametrize(
    ("method", "target", "more"),
    [
        ("GET", "/things", {}),
        ("GET", "/things?limit=5&price=1.5&flag=true&word=a&ids=1,2", {}),
        ("GET", "/things?tags=a&tags=b", {}),
        ("GET", f"/things/{ID}", {}),
        ("GET", f"/things/{ID}", {"headers": ADA}),
        ("GET", f"/things/{ID}", {"headers": {"cookie": "token=ada"}}),
        ("HEAD", f"/things/{ID}", {}),
        ("DELETE", f"/things/{ID}", {}),
        ("POST", "/things", {"headers": ADA, "json": THING}),
        ("GET", "/pages/3", {}),
        ("GET", "/names/first", {}),
        ("GET", "/names/a/b%20c", {}),
        ("GET", "/links/a", {}),
        ("GET", "/links/a+", {}),
        ("GET", "/links/a/b/c", {}),
        ("GET", "/links/a/last/b", {}),
        ("POST", "/notes", {"json": {"a": 1}}),
        ("POST", "/bare", {}),
        (
            "POST",
            "/raw",
            {"headers": {"content-type": "application/octet-stream"}, "body": b"abc"},
        ),
        (
            "POST",
            "/form",
            {"headers": {"content-type": "application/x-www-form-urlencoded"}, "body": b"name=a"},
        ),
        ("GET", "/text", {}),
        ("GET", "/moved", {}),
        ("GET", "/cookies", {}),
        ("GET", "/thread", {}),
        ("GET", "/later", {}),
    ],
)
def test_the_answer_is_the_same(ask, ask_stock, method, target, more):
    ours, theirs = ask(method, target, **more), ask_stock(method, target, **more)

    assert ours.status == theirs.status
    for name in ("content-type", "location"):
        assert ours.headers.get(name) == theirs.headers.get(name)
    # Connexion leaves it to the server to take the body from an answer to HEAD.
    if method != "HEAD" and target not in ("/thread", "/later"):
        assert content(ours) == content(theirs)


@pytest.mark.parametrize(
    ("method", "target", "more", "status"),
    [
        ("POST", "/things", {"json": THING}, 401),
        ("POST", "/things", {"headers": {"authorization": "Bearer bad"}, "json": THING}, 401),
        ("POST", "/things", {"headers": {"authorization": "Bearer expired"}, "json": THING}, 401),
        ("POST", "/things", {"headers": ADA, "json": {"name": "a"}}, 400),
        ("POST", "/things", {"headers": ADA, "json": THING | {"x": 1}}, 400),
        ("GET", "/things?limit=1000", {}, 400),
        ("GET", "/things?more=1", {}, 400),
        ("GET", "/nowhere", {}, 404),
        ("PUT", "/bare", {}, 405),
        ("GET", "/refused", {}, 409),
        ("GET", "/broken", {}, 500),
    ],
)
def test_the_refusal_is_the_same(ask, ask_stock, method, target, more, status):
    known = {"slugbase.request_id": "abc"}
    ours, theirs = ask(method, target, **more, **known), ask_stock(method, target, **more, **known)

    assert ours.status == theirs.status == status
    assert ours.headers["content-type"] == theirs.headers["content-type"]
    # Only the compiled server says where a body is wrong.
    assert {**ours.json, "details": None} == {**theirs.json, "details": None}


def content(answer):
    is_json = answer.headers.get("content-type") == "application/json" and answer.body
    return answer.json if is_json else answer.body
