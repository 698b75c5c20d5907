"""A title, a slug and tags from a model that is asked over real HTTP."""

import json
import threading

import pytest
from pydantic import SecretStr

import db
from adapters import language_model, page_heads
from models import Suggestion
from tests.web import serving

PAGE = "https://example.com/watch?v=1&key=secret#here"
PROPOSED = {
    "title": "Watching",
    "slug": "Watching_It",
    "tags": ["video", "TOOLS", "tools", " ", "x" * 101],
    "language": "en",
    "confidence": 1,
}
SUGGESTED = {
    "title": "Watching",
    "slug": "watching-it",
    "tags": ["video", "Tools"],
    "language": "en",
    "confidence": 1.0,
}
KEY = SecretStr("sk-test")
READ = page_heads.read


@pytest.fixture
def web(configure, monkeypatch):
    """The model's server, and the address that pages may be read from."""
    with serving() as (web, url):
        configure(openai_api_key=KEY, openai_base_url=f"{url}/v1")
        monkeypatch.setattr(page_heads, "read", lambda url: {})
        web.url = url
        web.completes(PROPOSED)
        yield web


@pytest.fixture
def suggest(client, token):
    def suggest(url=PAGE, token=token, headers=None, **more):
        body = {"url": url, **more}
        return client.call("suggest_bookmark", token=token, json=body, headers=headers)

    return suggest


def told(web):
    """What the model was told last."""
    return json.loads(json.loads(web.asked[-1][2])["messages"][1]["content"])


def test_what_the_model_proposes_is_made_fit(web, suggest, make, organization, ada):
    make.tag(organization, ada, name="Tools")

    response = suggest()

    assert (response.status_code, response.json()) == (200, SUGGESTED)
    assert isinstance(response.json()["confidence"], float)


def test_the_model_is_asked_for_a_schema_and_few_tokens(web, suggest):
    suggest()

    path, headers, body = web.asked[0]
    asked = json.loads(body)
    assert (path, headers["authorization"]) == ("/v1/chat/completions", "Bearer sk-test")
    assert (asked["model"], asked["max_completion_tokens"]) == ("gpt-4o-mini", 1000)
    assert asked["response_format"]["json_schema"]["strict"] is True


def test_what_may_be_secret_in_a_url_is_not_told(web, suggest, make, organization, ada):
    make.tag(organization, ada, name="Tools")

    suggest("https://ada:password@example.com/watch?key=secret#here", page_title="Mine")

    assert told(web) == {
        "url": "https://example.com/watch",
        "title": "Mine",
        "language": "en",
        "existing_tags": ["Tools"],
    }


def test_what_the_page_says_of_itself_is_told(web, suggest, monkeypatch):
    monkeypatch.setattr(page_heads, "read", lambda url: READ(url, lambda address: True))
    web.says("/page", "<title>A page</title><meta name=description content='Of much'>")

    suggest(f"{web.url}/page")

    assert (told(web)["title"], told(web)["description"]) == ("A page", "Of much")


def test_the_same_page_is_not_asked_about_again(web, suggest):
    first = suggest()
    again = suggest()

    assert again.json() == first.json()
    assert len(web.asked) == 1


def test_another_page_language_or_person_is(web, suggest, client, token, colleague):
    suggest()
    suggest("https://example.com/watch?v=2")
    suggest(token=colleague[1])
    client.call("update_profile", token=token, json={"language": "de"})
    suggest()

    assert len(web.asked) == 4


def test_after_a_week_it_is_asked_about_again(web, suggest, later):
    suggest()
    later(days=6)
    suggest()
    assert len(web.asked) == 1

    later(days=8)
    suggest()
    later(days=14)
    suggest()
    assert len(web.asked) == 2


def test_under_a_key_the_first_answer_comes_again(web, suggest):
    key = {"Idempotency-Key": "suggest-once"}

    first = suggest(headers=key)
    again = suggest(headers=key)

    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()


@pytest.mark.parametrize("headers", [None, {"Idempotency-Key": "suggest"}])
def test_while_the_model_thinks_no_transaction_is_open(web, suggest, monkeypatch, headers):
    propose = language_model.propose

    def counted(*arguments):
        busy = db.engine().pool.checkedout()
        assert busy == 0
        return propose(*arguments)

    monkeypatch.setattr(language_model, "propose", counted)

    assert suggest(headers=headers).status_code == 200


@pytest.mark.parametrize("proposed", ["new", "!!!", "x" * 256])
def test_a_slug_that_nobody_could_have_is_left_out(web, suggest, proposed):
    web.completes({**PROPOSED, "slug": proposed})

    assert suggest().json()["slug"] == ""


def test_a_slug_that_was_taken_since_is_left_out(web, suggest, make, organization, ada):
    assert suggest().json()["slug"] == "watching-it"
    make.bookmark(organization, ada, slug="watching-it")

    assert suggest().json()["slug"] == ""


def test_at_most_ten_tags_and_a_title_of_255_characters(web, suggest):
    tags = [f"tag {number}" for number in range(12)]
    web.completes({**PROPOSED, "title": "\nx" * 300, "tags": tags, "confidence": 7})

    suggested = suggest().json()

    assert (len(suggested["title"]), suggested["tags"]) == (255, tags[:10])
    assert suggested["confidence"] == 1.0


@pytest.mark.example("PLAN_REQUIRES_AI")
def test_the_free_plan_has_none(web, suggest, make, ada):
    organization = make.organization(ada, plan="free")

    response = suggest(token=make.token(ada, organization, organization_only=True))

    assert (response.status_code, response.json()["code"]) == (403, "PLAN_REQUIRES_AI")
    assert web.asked == []


@pytest.mark.example("AI_NOT_AVAILABLE")
def test_without_a_key_there_are_none(web, suggest, configure):
    configure(openai_api_key=SecretStr(""))

    response = suggest()

    assert (response.status_code, response.json()["code"]) == (403, "AI_NOT_AVAILABLE")


def test_who_does_not_want_them_gets_none(web, suggest, client, token):
    client.call("update_profile", token=token, json={"ai_suggestions_enabled": False})

    response = suggest()

    assert (response.status_code, response.json()["code"]) == (403, "AI_NOT_AVAILABLE")
    assert web.asked == []


@pytest.mark.example("AI_TIMEOUT")
def test_a_model_that_takes_too_long_is_told_of(web, suggest, monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(language_model, "LIMIT_SECONDS", 0.3)
    web.completes(PROPOSED, wait=released)

    response = suggest()
    released.set()

    assert (response.status_code, response.json()["code"]) == (408, "AI_TIMEOUT")
    assert len(web.asked) == 1


@pytest.mark.example("AI_FAILED")
def test_an_answer_that_is_no_json_is_refused(web, suggest):
    web.completes("I would call it Watching.")

    response = suggest()

    assert (response.status_code, response.json()["code"]) == (503, "AI_FAILED")
    with db.reading() as session:
        assert session.query(Suggestion).count() == 0


UNUSABLE = [
    {"title": "Watching"},
    {**PROPOSED, "confidence": "very"},
    {**PROPOSED, "confidence": float("nan")},
    {**PROPOSED, "title": " \n"},
]


@pytest.mark.parametrize("proposed", UNUSABLE)
def test_an_answer_of_another_form_is_refused(web, suggest, proposed):
    web.completes(proposed)

    assert suggest().json()["code"] == "AI_FAILED"


@pytest.mark.parametrize(
    ("status", "body"), [(401, '{"error": {}}'), (500, ""), (200, "{}"), (200, "<html>")]
)
def test_a_server_that_refuses_is_asked_once_and_no_more(web, suggest, status, body):
    web.says("/v1/chat/completions", body, status=status, kind="application/json")

    response = suggest()

    assert (response.status_code, response.json()["code"]) == (503, "AI_FAILED")
    assert len(web.asked) == 1


def test_words_that_are_no_url_are_refused(web, suggest):
    assert suggest("https://[half/").status_code == 400
