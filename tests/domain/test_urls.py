"""Which URLs count as one."""

import pytest

from domain.bookmarks.urls import fingerprint, normalized


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com", "https://example.com/"),
        ("https://Example.COM/Docs/", "https://example.com/Docs"),
        ("https://example.com:443/a", "https://www.example.com/a"),
        ("https://example.com/a?utm_source=x&b=1", "https://example.com/a?b=1"),
        ("https://example.com/a#part", "https://example.com/a"),
        ("https://example.com/%7Eada", "https://example.com/~ada"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/%c3%bc", "https://example.com/ü"),
        ("https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example"),
        ("https://straße.example./", "http://XN--STRAE-OQA.example:80"),
        ("https://example.com/?a=1&b=2", "https://example.com/?b=2&a=1"),
        ("https://example.com/?a=1&_gl=x&srsltid=y", "https://example.com?a=1"),
        ("https://example.com/?q=ü", "https://example.com/?q=%C3%BC"),
        ("https://" + "é" * 64 + ".example/", "http://" + "É" * 64 + ".example"),
    ],
)
def test_these_are_one_page(one, other):
    assert normalized(one) == normalized(other)
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/watch?v=1", "https://example.com/watch?v=2"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com:8443/", "https://example.com/"),
        ("https://example.com/#/inbox", "https://example.com/#/sent"),
        ("https://straße.example", "https://strasse.example"),
        ("https://example.com/?a=1&a=2", "https://example.com/?a=2&a=1"),
        ("https://example.com/?a=", "https://example.com/"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/%ff", "https://example.com/%fe"),
        ("https://example.com/?a=%ff", "https://example.com/?a=%fe"),
        ("https://example.com/%2525", "https://example.com/%25"),
        ("https://a.example.com/", "https://example.com/"),
    ],
)
def test_these_are_two(one, other):
    assert normalized(one) != normalized(other)
