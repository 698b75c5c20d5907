"""Arguments of go-links, as people write and browsers send them."""

import pytest

from tests.handlers.go_links import BROWSER, deeper, leads_to


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("jira/ABC-1", "https://x.example/browse/ABC-1?q="),
        ("jira/a%20b/c%26d", "https://x.example/browse/a%20b?q=c%26d"),
        ("jira/ABC-1/two/three", "https://x.example/browse/ABC-1?q=two%2Fthree"),
        ("jira/%C3%A4", "https://x.example/browse/%C3%A4?q="),
    ],
)
def test_arguments_fill_their_places(go, link, path, where):
    link("jira", "https://x.example/browse/{1}?q={*|}")

    assert leads_to(deeper(go, path)) == where


def test_an_encoded_slash_stays_inside_its_argument(go, link):
    link("jira", "https://x.example/{1}/{2|none}")

    assert leads_to(deeper(go, "jira/a%2Fb")) == "https://x.example/a%2Fb/none"


def test_an_address_bar_may_put_a_blank_behind_the_slug(go, link):
    link("jira", "https://x.example/{1}")
    link("search", "https://x.example/?q=%s")

    assert leads_to(go("jira%20ABC-1")) == "https://x.example/ABC-1"
    assert leads_to(go("jira%2FABC-1")) == "https://x.example/ABC-1"
    assert leads_to(go("search%20red%20hats")) == "https://x.example/?q=red%20hats"


def test_what_was_typed_is_followed_whatever_it_holds(go, link):
    """As browsers send it: Firefox writes `+` for a blank, and `%2B` for a plus sign."""
    link("jira", "https://x.example/{1}?a=1", title="Issues")
    link("search", "https://x.example/?q={*}")

    def typed(query, **headers):
        return go("", "follow_typed_link", query=query, **headers)

    assert leads_to(typed("jira+ABC-1")) == "https://x.example/ABC-1?a=1"
    assert leads_to(typed("+jira%2FABC-1+")) == "https://x.example/ABC-1?a=1"
    assert leads_to(typed("search+red%20hats")) == "https://x.example/?q=red%20hats"
    assert leads_to(typed("search+c%2B%2B")) == "https://x.example/?q=c%2B%2B"
    assert leads_to(typed("jira+1", token=None, **BROWSER)) == (
        "/app/login?redirect=%2Fgo%3Fq%3Djira%2B1"
    )
    assert typed("jira").json()["code"] == "ARGUMENT_MISSING"
    assert typed("jria+1").json()["nearest"] == [{"slug": "jira", "title": "Issues"}]


def test_without_places_the_rest_is_appended(go, link):
    link("docs", "https://x.example/handbook/?lang=en")

    where = leads_to(deeper(go, "docs/travel/trains"))

    assert where == "https://x.example/handbook/travel/trains?lang=en"
    assert leads_to(go("docs")) == "https://x.example/handbook/?lang=en"


def test_whatever_the_query_holds_is_passed_on(go, link):
    link("docs", "https://x.example/{1|}?lang=en&v=1")
    query = "?v=2&ref=a%20b&v=3"

    where = "https://x.example/{}?lang=en&v=2&ref=a%20b&v=3"
    assert leads_to(go("docs" + query)) == where.format("")
    assert leads_to(deeper(go, "docs/a" + query)) == where.format("a")
    seen = go("docs+" + query, "preview_link")
    deep = go("docs+/a" + query, "preview_link_with_arguments")
    assert seen.json()["location"] == where.format("")
    assert deep.json()["location"] == where.format("a")


@pytest.mark.example("ARGUMENT_MISSING")
def test_a_missing_argument_is_told_with_how_the_link_is_called(go, link):
    link("jira", "https://x.example/{1}/{2|open}")

    refused = go("jira")
    page = go("jira", **BROWSER)

    assert (refused.status_code, refused.json()["code"]) == (400, "ARGUMENT_MISSING")
    assert refused.json()["pattern"] == "jira/{1}/{2|open}"
    assert page.status_code == 400
    assert "/go/jira/{1}/{2|open}" in page.text


@pytest.mark.parametrize("path", ["jira/%2e%2e", "jira/a/..%2F", "jira/" + "x" * 4000 + "%20" * 9])
@pytest.mark.example("ARGUMENT_INVALID")
def test_arguments_that_would_change_the_path_or_are_too_long_are_refused(go, link, path):
    link("jira", "https://x.example/{1}/{2|y}" + "/z" * 1000 + "/{1}" * 2)

    response = deeper(go, path)

    assert (response.status_code, response.json()["code"]) == (400, "ARGUMENT_INVALID")


@pytest.mark.example("TARGET_INVALID")
def test_what_was_stored_as_no_web_address_is_not_gone_to(go, link):
    link("bad", "javascript:alert(1)//{1}")

    assert deeper(go, "bad/1").json()["code"] == "TARGET_INVALID"


REFUSING = {
    "follow_typed_link": "?q={}+{}",
    "follow_link": "/{}%20{}",
    "follow_link_with_arguments": "/{}/{}",
    "preview_link": "/{}%20{}+",
    "preview_link_with_arguments": "/{}+/{}",
}


@pytest.mark.parametrize("operation", REFUSING)
def test_however_a_link_is_asked_for_it_is_refused_alike(client, link, token, operation):
    link("bad", "javascript:alert(1)//{1}")
    link("jira", "https://x.example/{1}/{2}")
    link("search", "https://x.example/{*}")

    def code(slug, argument):
        asked = "/go" + REFUSING[operation].format(slug, argument)
        response = client.http.get(asked, headers={"Authorization": f"Bearer {token}"})
        client.contract.check(operation, response)
        return response.json().get("code")

    assert code("bad", "1") == "TARGET_INVALID"
    assert code("search", "%2e%2e") == "ARGUMENT_INVALID"
    assert code("jira", "1") == (None if "preview" in operation else "ARGUMENT_MISSING")


def test_what_is_remembered_is_refused_like_what_is_followed(client, link, token):
    def refused(slug, url):
        path = slug, link(slug, url).id
        return client.call("remember_link", *path, token=token).json()["code"]

    assert refused("bad", "javascript:alert(1)") == "TARGET_INVALID"
    assert refused("jira", "https://x.example/{1}") == "ARGUMENT_MISSING"
    assert refused("long", "https://x.example/" + "ä" * 2000) == "ARGUMENT_INVALID"
