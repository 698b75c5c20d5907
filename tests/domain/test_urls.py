"""Which URLs count as one."""

import pytest

from domain.urls import fingerprint, normalized


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
        ("https://example.com/?a=1&b=2", "https://example.com/?b=2&a=1"),
        ("https://a.example.com/", "https://example.com/"),
    ],
)
def test_these_are_two(one, other):
    assert normalized(one) != normalized(other)
