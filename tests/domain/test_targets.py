"""Arguments in their places: escaped for where they stand, and never more than arguments."""

from urllib.parse import urlsplit

import pytest

from domain.bookmarks import targets
from domain.bookmarks.targets import ArgumentInvalid, ArgumentMissing, TargetInvalid

HOSTILE = [
    "..evil.example",
    "@evil.example",
    "//evil.example",
    "\\evil.example",
    "a/../../b",
    "evil.example:80",
    "javascript:alert(1)",
    "a\r\nSet-Cookie: x=1",
    "?q=1#f",
    "a&b=c",
    "%2e%2e",
    "%s",
    "{1}",
    "ä 😀",
    "\x00",
]


@pytest.mark.parametrize(
    ("url", "arguments", "where"),
    [
        # in the path
        ("https://x.example/{1}", ("a",), "https://x.example/a"),
        ("https://x.example/{1}", ("a b",), "https://x.example/a%20b"),
        ("https://x.example/{1}", ("a/b",), "https://x.example/a%2Fb"),
        ("https://x.example/{1}", ("a?b#c%",), "https://x.example/a%3Fb%23c%25"),
        ("https://x.example/{1}", ("ä",), "https://x.example/%C3%A4"),
        ("https://x.example/a{1}b", ("1",), "https://x.example/a1b"),
        ("https://x.example/{2}/{1}", ("a", "b"), "https://x.example/b/a"),
        ("https://x.example/{1}/{1}", ("a",), "https://x.example/a/a"),
        ("https://x.example/{*}", ("a", "b c"), "https://x.example/a/b%20c"),
        ("https://x.example/%s", ("a", "b"), "https://x.example/a/b"),
        ("https://x.example/{1}/in/{*}", ("a", "b", "c"), "https://x.example/a/in/b/c"),
        # in the query
        ("https://x.example/?q={1}", ("a&b=c",), "https://x.example/?q=a%26b%3Dc"),
        ("https://x.example/?q={*}", ("a", "b+c"), "https://x.example/?q=a%2Fb%2Bc"),
        ("https://x.example/?q=%s&l=en", ("red hats",), "https://x.example/?q=red%20hats&l=en"),
        ("https://x.example?q={1}", ("a",), "https://x.example?q=a"),
        # in the fragment
        ("https://x.example/#/issue/{1}", ("a/b",), "https://x.example/#/issue/a%2Fb"),
        ("https://x.example/#/{*}", ("a", "b"), "https://x.example/#/a/b"),
        # defaults
        ("https://x.example/{1|open}", (), "https://x.example/open"),
        ("https://x.example/{1|open}", ("",), "https://x.example/open"),
        ("https://x.example/{1|open}", ("shut",), "https://x.example/shut"),
        ("https://x.example/{1|}", (), "https://x.example/"),
        ("https://x.example/{1}/{2|b c}", ("a",), "https://x.example/a/b%20c"),
        ("https://x.example/{*|a/b}", (), "https://x.example/a/b"),
        ("https://x.example/?q={*|a/b}", (), "https://x.example/?q=a%2Fb"),
        ("https://x.example/{1|a%20b}", (), "https://x.example/a%20b"),
        # what no place takes
        ("https://x.example", ("a",), "https://x.example/a"),
        ("https://x.example/", ("a", ""), "https://x.example/a/"),
        ("https://x.example/a/", ("b",), "https://x.example/a/b"),
        ("https://x.example/a?q=1#f", ("b",), "https://x.example/a/b?q=1#f"),
        ("https://x.example/{1}?q={2}", ("a", "b", "c"), "https://x.example/a/c?q=b"),
        # left as it is
        ("https://x.example/a%20b", (), "https://x.example/a%20b"),
        ("https://x.example/a b", (), "https://x.example/a%20b"),
        ("https://x.example/{a}/{0}/{10}", (), "https://x.example/%7Ba%7D/%7B0%7D/%7B10%7D"),
        ("https://user:pw@x.example:8080/{1}", ("a",), "https://user:pw@x.example:8080/a"),
        ("https://[::1]:8080/{1}", ("a",), "https://[::1]:8080/a"),
        ("HTTP://X.example/{1}", ("a",), "http://X.example/a"),
        ("https://ä.example/ö", (), "https://xn--4ca.example/%C3%B6"),
    ],
)
def test_arguments_are_put_in_their_places(url, arguments, where):
    assert targets.filled(url, "x", arguments) == where


@pytest.mark.parametrize(
    ("url", "query", "where"),
    [
        ("https://x.example/", "a=1", "https://x.example/?a=1"),
        ("https://x.example/?a=1", "b=2", "https://x.example/?a=1&b=2"),
        ("https://x.example/?a=1&b=2", "a=3&a=4", "https://x.example/?b=2&a=3&a=4"),
        ("https://x.example/?%61=1", "a=2", "https://x.example/?a=2"),
        ("https://x.example/?a", "b", "https://x.example/?a&b"),
        ("https://x.example/#f", "a=%26+%C3%A4", "https://x.example/?a=%26+%C3%A4#f"),
        ("https://x.example/", "a=\xe4<", "https://x.example/?a=%C3%A4%3C"),
    ],
)
def test_the_query_of_the_request_goes_into_that_of_the_url(url, query, where):
    assert targets.filled(url, "x", (), query) == where


@pytest.mark.parametrize("place", ["/{1}", "/a/{1}/b", "/?q={1}", "/#/{1}", "/{*}", "/?q=%s", ""])
@pytest.mark.parametrize("argument", HOSTILE)
def test_no_argument_is_more_than_an_argument(place, argument):
    plain = urlsplit(targets.filled(f"https://x.example{place}", "x", ("safe",)))

    try:
        where = targets.filled(f"https://x.example{place}", "x", (argument,))
    except ArgumentInvalid:
        assert argument == "a/../../b"
        return

    assert where.isascii()
    assert where.isprintable()
    assert " " not in where
    found = urlsplit(where)
    assert (found.scheme, found.netloc) == ("https", "x.example")
    assert found.path.count("/") == plain.path.count("/")
    assert found.query.count("&") == plain.query.count("&")
    assert found.query.count("=") == plain.query.count("=")


@pytest.mark.parametrize("argument", [".", "..", "a/..", "./a"])
@pytest.mark.parametrize("url", ["https://x.example/{1}", "https://x.example/a"])
def test_an_argument_cannot_climb(url, argument):
    with pytest.raises(ArgumentInvalid):
        targets.filled(url, "x", (argument,))


def test_dots_that_only_meet_in_the_url_cannot_climb_either():
    with pytest.raises(ArgumentInvalid):
        targets.filled("https://x.example/.{1}/b", "x", (".",))


@pytest.mark.parametrize(
    "url",
    [
        "https://{1}/",
        "https://{1}.example/",
        "https://x.{1|com}/",
        "https://%s/",
        "https://x.example{1}",
        "https://x.example:{1}/",
        "https://{1}@x.example/",
        "https://a:{1}@x.example/",
        "https://x.example\\{1}",
        "https:/{1}",
        "https:{1}",
        "https:///{1}",
        "{1}://x.example/",
        "{1}",
        "//x.example/{1}",
        "javascript:alert({1})",
        "data:text/html,{1}",
        "ftp://x.example/{1}",
        "https://[x/{1}",
        "https://",
        "",
    ],
)
def test_a_url_that_arguments_could_lead_elsewhere_is_refused(url):
    with pytest.raises(TargetInvalid):
        targets.require_sound(url)
    for arguments in ((), ("a",)):
        with pytest.raises(TargetInvalid):
            targets.filled(url, "x", arguments)


@pytest.mark.parametrize(
    ("url", "arguments", "pattern"),
    [
        ("https://x.example/{1}", (), "x/{1}"),
        ("https://x.example/{1}", ("",), "x/{1}"),
        ("https://x.example/{1}/{2}", ("a",), "x/{1}/{2}"),
        ("https://x.example/{2|b}?q={1}", (), "x/{1}/{2|b}"),
        ("https://x.example/{1|a}/{1}", (), "x/{1}"),
        ("https://x.example/?q=%s", (), "x/{*}"),
        ("https://x.example/{*}/{1}", ("a",), "x/{1}/{*}"),
    ],
)
def test_a_missing_argument_is_refused_with_how_to_call_it(url, arguments, pattern):
    with pytest.raises(ArgumentMissing) as refused:
        targets.filled(url, "x", arguments)
    assert refused.value.facts == {"pattern": pattern}


def test_the_url_has_an_end():
    with pytest.raises(ArgumentInvalid):
        targets.filled("https://x.example/{1}", "x", ("ä" * 2000,))
