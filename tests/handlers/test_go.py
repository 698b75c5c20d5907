"""Following go-links: which one is meant, where it leads, and who is let through."""

import pytest

import db
from domain.go.clicks import KEPT
from jobs import count_clicks
from models import Bookmark
from tests.handlers.go_links import BROWSER, URL, deeper, leads_to


@pytest.fixture
def home(make):
    return make.organization()


@pytest.fixture
def ada(make, home):
    return make.member(home)


@pytest.fixture
def token(make, ada):
    return make.session(ada)


def test_a_go_link_redirects_and_is_never_kept_by_a_cache(go, link):
    link("jira")

    response = go("jira")

    assert leads_to(response) == URL
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.content == b""


@pytest.mark.parametrize("kind", ["cookie", "bearer", "sb_"])
def test_every_credential_opens_a_go_link(go, link, make, home, ada, token, kind):
    """Of the original, `sb_` tokens are refused here (9.12)."""
    link("jira")
    if kind == "cookie":
        response = go("jira", token=None, Cookie=f"token={token}")
    else:
        response = go("jira", token=token if kind == "bearer" else make.token(ada, home))

    assert leads_to(response) == URL


def test_a_token_needs_the_scope(go, link, make, home, ada):
    link("jira")
    narrow = make.token(ada, home, scopes=["bookmarks:read"])

    assert go("jira", token=narrow).status_code == 403
    page = go("jira", token=narrow, **BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert leads_to(go("jira", token=make.token(ada, home, scopes=["go:read"]))) == URL


def test_the_slug_in_the_path_may_name_several_parts(go, link):
    link("jira", "https://jira.example.com/{*}")
    link("jira/roadmap", "https://roadmap.example.com/")

    assert leads_to(deeper(go, "jira/roadmap")) == "https://roadmap.example.com/"
    assert leads_to(go("jira%2Froadmap")) == "https://roadmap.example.com/"
    assert leads_to(deeper(go, "jira/roadmap/")) == "https://roadmap.example.com/"
    assert leads_to(deeper(go, "jira/other")) == "https://jira.example.com/other"


def test_a_link_whose_arguments_could_lead_elsewhere_is_not_made(client, token, link):
    body = {"title": "Any", "url": "https://{1}.example/", "slug": "any"}

    refused = client.call("create_bookmark", token=token, json={**body, "forwarding_enabled": True})
    changed = client.call(
        "update_bookmark", link("jira").id, token=token, json={"url": body["url"]}
    )

    assert (refused.status_code, refused.json()["code"]) == (400, "TARGET_INVALID")
    assert (changed.status_code, changed.json()["code"]) == (400, "TARGET_INVALID")
    assert client.call("create_bookmark", token=token, json=body).status_code == 201


def test_a_link_is_found_by_as_many_parts_as_a_slug_may_have(go, client, token):
    def create(slug):
        body = {"title": "Deep", "url": URL, "slug": slug, "forwarding_enabled": True}
        return client.call("create_bookmark", token=token, json=body)

    deepest = "/".join("abcdefgh")

    assert create(deepest).status_code == 201
    assert leads_to(deeper(go, deepest)) == URL
    refused = create(deepest + "/i")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_REQUEST")


def test_upper_and_lower_case_differ_only_where_two_slugs_do(go, link, make, ada):
    link("GH", "https://one.example/")
    second = link("gH", "https://two.example/")

    assert leads_to(go("gH")) == "https://two.example/"
    assert leads_to(go("gh")) == "https://one.example/"  # the older one
    make.preference(ada, second, "gH")
    assert leads_to(go("gh")) == "https://two.example/"
    assert leads_to(go("GH")) == "https://one.example/"


def test_an_alias_leads_there_after_a_rename(go, client, link, token):
    bookmark = link("old")
    body = {"slug": "new-name"}

    client.call("update_bookmark", bookmark.id, token=token, json=body)

    assert leads_to(go("old")) == leads_to(go("new-name")) == URL


def test_only_what_one_may_see_is_found(go, link, make, home):
    other = make.member(home)
    hidden = link("hidden", owner=other)
    team, share = make.team(home), make.share
    make.bookmark(make.organization(), other, slug="elsewhere")
    link("off", forwarding_enabled=False)
    link("trashed", deleted_at=hidden.created_at)

    for slug in ("hidden", "elsewhere", "off", "trashed", "nothing"):
        assert go(slug).status_code == 404
    share(hidden, team)
    assert go("hidden").status_code == 404


def test_what_is_shared_is_found_also_by_members_of_teams(go, link, make, home, ada):
    """The original binds its parameters in the wrong order as soon as one is in a team (9.3)."""
    other = make.member(home)
    for name in ("first", "second"):
        make.team_member(make.team(home, name), ada)
    direct, filed = link("direct", owner=other), link("filed", owner=other)
    folder = make.folder(home, other)
    make.filed(filed, folder)
    make.share(direct, ada)
    make.share(folder, ada)

    assert leads_to(go("direct")) == leads_to(go("filed")) == URL


def test_a_miss_names_the_nearest(go, link, make, home):
    link("jira", title="Issue <b>tracker</b>")
    link("jenkins")
    link("jira2", owner=make.member(home))  # not to be seen

    missed = go("jria")
    page = go("jria", **BROWSER)

    assert (missed.status_code, missed.json()["code"]) == (404, "NOT_FOUND")
    assert missed.json()["slug"] == "jria"
    assert missed.json()["nearest"] == [{"slug": "jira", "title": "Issue <b>tracker</b>"}]
    assert page.status_code == 404
    assert '<a href="/go/jira">' in page.text
    assert "Issue &lt;b&gt;tracker&lt;/b&gt;" in page.text
    assert "Make the go-link <code>jria</code>" in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["%C3%A4", "a..b", "preferences", "a/remember", "a/" * 8 + "a"])
def test_a_page_offers_to_make_only_what_can_be_made(go, name):
    page = go(name.replace("/", "%2F"), **BROWSER)

    assert page.status_code == 404
    assert "Make the go-link" not in page.text
    assert "script" not in page.headers["content-security-policy"]


def test_a_page_shows_what_is_quoted_as_it_is_written(go, link):
    link("jira", "https://x.example/{1}")

    page = deeper(go, "jira/%2e%2e", **BROWSER)

    assert "An argument may not be <code>.</code> or <code>..</code>, and" in page.text


def test_a_page_lets_nothing_run(go):
    page = go("%3Cscript%3E", **BROWSER)

    assert "<script>" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
    assert "unsafe" not in policy


def test_who_is_not_signed_in_signs_in_first_and_comes_back(go, link):
    """The original sends people on to its dashboard (9.7), and drops the query."""
    link("jira")

    asked = go("jira?tab=1&x=%2F", token=None, **BROWSER)
    deep = deeper(go, "jira/A%2FB", token=None, **BROWSER)
    seen = go("jira+", "preview_link", token=None, **BROWSER)
    seen_deep = go("jira+/1", "preview_link_with_arguments", token=None, **BROWSER)

    assert leads_to(asked) == "/app/login?redirect=%2Fgo%2Fjira%3Ftab%3D1%26x%3D%252F"
    assert leads_to(deep) == "/app/login?redirect=%2Fgo%2Fjira%2FA%252FB"
    assert leads_to(seen) == "/app/login?redirect=%2Fgo%2Fjira%2B"
    assert leads_to(seen_deep) == "/app/login?redirect=%2Fgo%2Fjira%2B%2F1"


def test_a_dead_cookie_is_deleted_on_the_way_to_the_sign_in(go):
    response = go("jira", token=None, Cookie="token=dead", **BROWSER)

    assert leads_to(response).startswith("/app/login?")
    assert response.headers["set-cookie"].startswith("token=; Path=/; Max-Age=0")


def test_a_program_is_told_that_it_is_not_signed_in(go):
    for accept in ("*/*", "application/json", "text/html, application/json"):
        assert go("jira", token=None, Accept=accept).status_code == 401


def test_the_cookie_comes_along_from_another_site(client, make, ada):
    """SameSite=Strict made a link in a chat arrive signed out (9.7)."""
    person = make.user(password="Correct-Horse-7")
    make.organization(person)

    signed_in = client.call("sign_in", json={"email": person.email, "password": "Correct-Horse-7"})

    assert "samesite=lax" in signed_in.headers["set-cookie"].lower()


def test_a_preview_tells_without_redirecting_or_counting(go, link):
    bookmark = link("jira", "https://x.example/{1}?a=1", title="Issues")
    expected = {
        "slug": "jira",
        "bookmark_id": bookmark.id,
        "title": "Issues",
        "url": "https://x.example/{1}?a=1",
        "pattern": "jira/{1}",
    }

    bare = go("jira+", "preview_link").json()
    deep = go("jira+/ABC-1", "preview_link_with_arguments").json()

    assert bare == {**expected, "arguments": [], "location": None}
    where = "https://x.example/ABC-1?a=1"
    assert deep == {**expected, "arguments": ["ABC-1"], "location": where}
    assert clicks_of(bookmark) == 0


def test_a_preview_is_a_page_in_a_browser(go, link):
    link("jira", "https://x.example/{1|<b>}", title="Issues")

    page = go("jira+", "preview_link", **BROWSER)
    missed = go("jria+", "preview_link", **BROWSER)
    deep = go("jria+/1", "preview_link_with_arguments", **BROWSER)

    assert (page.status_code, missed.status_code, deep.status_code) == (200, 404, 404)
    assert 'href="https://x.example/%3Cb%3E"' in page.text
    assert "jira/{1|&lt;b&gt;}" in page.text


def test_a_click_is_counted_once_and_is_no_edit(go, link, client, token):
    bookmark = link("jira")

    go("jira")
    go("jira")
    client.call("follow_link", "jira", token=token, method="HEAD")
    go("nothing")

    assert clicks_of(bookmark) == 2
    stored = row(bookmark)
    assert stored.version == bookmark.version
    assert stored.last_accessed_at > bookmark.created_at
    assert stored.updated_at == bookmark.updated_at


def row(bookmark):
    with db.reading() as session:
        return session.get_one(Bookmark, (bookmark.organization_id, bookmark.id))


def clicks_of(bookmark):
    while not count_clicks.flush():
        pass
    assert KEPT.is_empty
    return row(bookmark).access_count
