"""Remembered choices, aliases, suggestions and the OpenSearch description."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

import clock
import config


@pytest.fixture
def home(make):
    return make.organization()


@pytest.fixture
def ada(make, home):
    return make.member(home)


@pytest.fixture
def token(make, ada):
    return make.session(ada)


@pytest.fixture
def jira(make, home, ada):
    return make.bookmark(home, ada, "Issues", slug="jira", url="https://x.example/")


def chosen(client, token):
    return client.call("list_go_preferences", token=token).json()


def test_a_choice_is_kept_listed_and_forgotten(client, token, jira):
    body = {"slug": "jira", "bookmark_id": jira.id}

    made = client.call("set_go_preference", token=token, json=body)
    client.call("set_go_preference", token=token, json=body)

    assert (made.status_code, made.json()) == (201, body)
    [one] = chosen(client, token)
    assert one["slug"], one["bookmark_id"] == ("jira", jira.id)
    assert (one["title"], one["url"]) == ("Issues", "https://x.example/")
    assert one["workspace"] == "Personal"
    assert client.call("delete_go_preference", "jira", token=token).status_code == 204
    assert client.call("delete_go_preference", "jira", token=token).status_code == 404
    assert chosen(client, token) == []


def test_the_workspace_of_a_shared_bookmark_is_its_owner(client, token, make, home, ada):
    owner = make.member(home)
    shared = make.bookmark(home, owner, slug="wiki")
    make.share(shared, ada)

    client.call("set_go_preference", token=token, json={"slug": "wiki", "bookmark_id": shared.id})

    assert [one["workspace"] for one in chosen(client, token)] == [owner.name]


def test_a_bookmark_without_the_slug_cannot_be_chosen(client, token, make, home, ada, jira):
    other = make.bookmark(home, ada, slug="other")
    off = make.bookmark(home, ada, slug="off", forwarding_enabled=False)
    hidden = make.bookmark(home, make.member(home), slug="hidden")

    for slug, bookmark in (("jira", other), ("off", off), ("hidden", hidden), ("no", jira)):
        body = {"slug": slug, "bookmark_id": bookmark.id}
        assert client.call("set_go_preference", token=token, json=body).status_code == 404
    assert chosen(client, token) == []


def test_a_choice_of_what_one_sees_no_more_is_not_shown(client, token, make, home, ada, later):
    shared = make.bookmark(home, make.member(home), slug="shared")
    make.share(shared, ada, expires_at=clock.now() + timedelta(hours=1))
    body = {"slug": "shared", "bookmark_id": shared.id}
    assert client.call("set_go_preference", token=token, json=body).status_code == 201

    later(hours=2)

    assert chosen(client, token) == []


def test_a_choice_ends_with_the_slug(client, token, make, ada, jira):
    """In the original it still redirects to a bookmark that has lost the name (9.E)."""
    make.preference(ada, jira, "jira")

    client.call("update_bookmark", jira.id, token=token, json={"slug": ""})

    assert chosen(client, token) == []
    assert client.call("follow_link", "jira", token=token).status_code == 404


def test_to_remember_is_to_choose_and_to_go(client, token, jira):
    gone = client.call("remember_link", "jira", jira.id, token=token)

    assert (gone.status_code, gone.headers["location"]) == (302, "https://x.example/")
    assert [one["slug"] for one in chosen(client, token)] == ["jira"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_a_link_on_another_site_changes_no_choice(client, token, jira, site):
    headers = {"Sec-Fetch-Site": site} if site else {}

    refused = client.call(
        "remember_link", "jira", jira.id, cookie=f"token={token}", headers=headers
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "CSRF_FAILED")
    assert chosen(client, token) == []


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_of_our_own_may_remember_by_the_cookie(client, token, jira, site):
    cookie, headers = f"token={token}", {"Sec-Fetch-Site": site}

    answer = client.call("remember_link", "jira", jira.id, cookie=cookie, headers=headers)

    assert answer.status_code == 302


def test_what_needs_an_argument_is_not_remembered(client, token, make, home, ada):
    search = make.bookmark(home, ada, slug="search", url="https://x.example/?q=%s")

    refused = client.call("remember_link", "search", search.id, token=token)

    assert refused.json()["code"] == "ARGUMENT_MISSING"
    assert chosen(client, token) == []


def names(client, bookmark, token):
    return [one["slug"] for one in client.call("list_aliases", bookmark.id, token=token).json()]


def test_an_alias_leads_there_until_it_is_deleted(client, token, make, home, ada, jira):
    made = client.call("add_alias", jira.id, token=token, json={"slug": "issues"})
    again = client.call("add_alias", jira.id, token=token, json={"slug": "issues"})

    assert (made.status_code, again.status_code) == (201, 201)
    assert names(client, jira, token) == ["issues"]
    assert client.call("follow_link", "issues", token=token).status_code == 302
    assert client.call("delete_alias", jira.id, "issues", token=token).status_code == 204
    assert names(client, jira, token) == []
    assert client.call("follow_link", "issues", token=token).status_code == 404
    other = make.bookmark(home, ada)
    freed = client.call("add_alias", other.id, token=token, json={"slug": "issues"})
    assert freed.status_code == 201


def test_a_slash_in_an_alias_is_sent_encoded(client, token, make, jira):
    make.alias(jira, "issues/all")

    assert client.call("follow_link", "issues/all", token=token).status_code == 302
    assert client.call("delete_alias", jira.id, "issues/all", token=token).status_code == 204
    assert names(client, jira, token) == []


def test_the_current_slug_is_no_alias(client, token, jira):
    taken = client.call("add_alias", jira.id, token=token, json={"slug": "jira"})

    assert (taken.status_code, taken.json()["code"]) == (409, "SLUG_TAKEN")
    assert client.call("delete_alias", jira.id, "jira", token=token).status_code == 404
    assert client.call("follow_link", "jira", token=token).status_code == 302


def test_an_alias_is_one_bookmarks_and_no_reserved_word(client, token, make, home, ada, jira):
    other = make.bookmark(home, ada)

    taken = client.call("add_alias", other.id, token=token, json={"slug": "jira"})

    assert (taken.status_code, taken.json()["code"]) == (409, "SLUG_TAKEN")
    for slug in ("remember", "docs/Remember/me"):
        reserved = client.call("add_alias", other.id, token=token, json={"slug": slug})
        assert (reserved.status_code, reserved.json()["code"]) == (400, "SLUG_RESERVED")


@pytest.mark.example("ALIAS_LIMIT")
def test_a_bookmark_has_at_most_fifty_aliases(client, token, make, jira):
    for number in range(50):
        make.alias(jira, f"name{number}")

    refused = client.call("add_alias", jira.id, token=token, json={"slug": "one-more"})

    assert (refused.status_code, refused.json()["code"]) == (409, "ALIAS_LIMIT")
    same = client.call("add_alias", jira.id, token=token, json={"slug": "name7"})
    assert same.status_code == 201


@pytest.mark.example("ONLY_SHARED")
def test_only_who_may_change_it_gives_it_aliases(client, make, home, jira):
    reader = make.member(home)
    make.share(jira, reader)
    token = make.session(reader)

    refused = client.call("add_alias", jira.id, token=token, json={"slug": "mine"})

    assert (refused.status_code, refused.json()["code"]) == (403, "ONLY_SHARED")
    assert names(client, jira, token) == []


def test_what_was_typed_is_completed(client, token, make, home, ada, jira):
    make.bookmark(home, ada, "Pipelines", slug="JIRA/builds")
    make.bookmark(home, make.member(home), "Hidden", slug="jira-secret")
    make.bookmark(home, ada, "Off", slug="jira-off", forwarding_enabled=False)

    response = client.call("suggest_links", token=token, query={"q": "Ji"})

    here = config.settings().public_url
    assert response.headers["content-type"] == "application/x-suggestions+json"
    assert response.json() == [
        "Ji",
        ["jira", "JIRA/builds"],
        ["Issues", "Pipelines"],
        [f"{here}/go/jira", f"{here}/go/JIRA/builds"],
    ]


@pytest.mark.parametrize("typed", ["", "%", "_x", "ä", "nothing"])
def test_what_begins_no_slug_is_not_completed(client, token, jira, typed):
    response = client.call("suggest_links", token=token, query={"q": typed})

    assert response.json() == [typed, [], [], []]


def test_a_browser_is_told_how_to_search_here(client):
    answer = client.call("get_opensearch_description")

    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    described = ElementTree.fromstring(answer.text)
    found = {url.get("type"): url.get("template") for url in described.iter(f"{space}Url")}
    here = config.settings().public_url
    assert found["text/html"] == f"{here}/go?q={{searchTerms}}"
    assert found["application/x-suggestions+json"] == f"{here}/api/go/suggest?q={{searchTerms}}"
