import asyncio
import logging

import pytest
from starlette.types import ASGIApp

from contract.app import App
from contract.document import BrokenContract
from contract.resolver import TagResolver
from tests.contract.kit.client import call
from tests.contract.kit.conftest import PACKAGE
from tests.contract.kit.handlers import odd_jobs

ID = "0190f5a0-0000-7000-8000-000000000000"


def test_an_answer_is_two_messages(ask):
    answer = ask("GET", "/pages/3")

    assert [message["type"] for message in answer.messages] == [
        "http.response.start",
        "http.response.body",
    ]
    assert answer.header_list == [("content-length", "12"), ("content-type", "application/json")]
    assert answer.body == b'{"number":3}'


def test_no_content_says_nothing_about_content(ask):
    answer = ask("DELETE", f"/things/{ID}")

    assert (answer.status, answer.body, answer.headers) == (204, b"", {})


def test_status_and_headers_are_the_handlers(ask):
    headers = {"authorization": "Bearer ada"}
    body = {"name": "a", "email": "a@example.com"}
    answer = ask("POST", "/things", headers=headers, json=body)

    assert (answer.status, answer.headers["location"]) == (201, "/things/1")
    moved = ask("GET", "/moved")
    assert (moved.status, moved.headers["location"], moved.body) == (302, "/elsewhere", b"")
    assert "content-type" not in moved.headers


def test_text_is_text(ask):
    answer = ask("GET", "/text")

    assert answer.headers["content-type"] == "text/plain"
    assert answer.body.decode() == "words, wörds"


def test_a_response_may_repeat_a_header(ask):
    answer = ask("GET", "/cookies")

    cookies = [value for name, value in answer.header_list if name == "set-cookie"]
    assert [cookie.partition(";")[0] for cookie in cookies] == ["one=1", "two=2"]


def test_a_handler_runs_in_a_thread_unless_it_is_quick(make):
    app = make(runs_on_loop=lambda handler: handler.__name__ == "get_quickly")

    assert call(app, "GET", "/thread").json["thread"].startswith("handler")
    assert call(app, "GET", "/quick").json["thread"] == "MainThread"
    assert call(app, "GET", "/later").json["thread"] == "MainThread"


def test_a_thread_sees_the_context_of_its_request(make):
    class Named:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope, receive, send):
            odd_jobs.WHO.set("ada")
            assert scope["extensions"]["connexion_routing"]
            await self.app(scope, receive, send)

    assert call(make(extra=[Named]), "GET", "/thread").json["who"] == "ada"


def test_an_answer_that_breaks_the_contract_is_a_defect_where_answers_are_checked(make, caplog):
    app = make(validate_responses=True)

    with caplog.at_level(logging.CRITICAL, "slugbase"):
        assert call(app, "GET", "/teapot").status == 500
        assert call(app, "GET", "/promise").status == 500
    assert call(app, "GET", "/pages/3").status == 200
    assert call(app, "GET", "/cookies").status == 200
    assert call(app, "GET", "/text").status == 200
    assert call(app, "DELETE", f"/things/{ID}").status == 204


def test_answers_are_not_checked_otherwise(ask):
    assert ask("GET", "/teapot").status == 418
    assert ask("GET", "/promise").status == 200


def test_a_handler_that_needs_what_may_be_absent_does_not_start(document):
    def around(operation, handler):
        def greedy(limit, price, number=1):
            return {}

        return greedy if operation.id == "list_things" else handler

    with pytest.raises(BrokenContract, match=r"list_things needs price"):
        App(__name__, document=document, resolver=TagResolver(document, around, PACKAGE))


def test_the_lifespan_is_run_around_the_requests(make):
    seen = []

    def lifespan(app):
        class Span:
            async def __aenter__(self):
                seen.append("start")

            async def __aexit__(self, *failure):
                seen.append("stop")

        return Span()

    assert spend_lifespan(make(lifespan=lifespan)) == seen_messages()
    assert seen == ["start", "stop"]
    assert spend_lifespan(make()) == seen_messages()


def spend_lifespan(app):
    incoming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = []

    async def receive():
        return incoming.pop(0)

    async def send(message):
        sent.append(message["type"])

    asyncio.run(app({"type": "lifespan", "state": {}}, receive, send))
    return sent


def seen_messages():
    return ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_the_document_stays_as_it_was(document, make):
    before = repr(document.spec)

    make()

    assert repr(document.spec) == before
