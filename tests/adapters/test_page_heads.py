"""Reading the head of a page: what it says, and where it is never read from."""

import socket
import threading
import time
from ipaddress import ip_address

import pytest

from adapters import page_heads
from tests.web import serving

HEAD = "<title> A\n page </title><meta property='og:site_name' content='Pages'>"
SAID = {"title": "A page", "site_name": "Pages"}


def anywhere(address):
    return True


@pytest.fixture
def web():
    with serving() as (web, url):
        web.url = url
        web.says("/page", HEAD)
        yield web


def read(url, **options):
    return page_heads.read(url, anywhere, **options)


def test_what_a_page_says_of_itself(web):
    assert read(f"{web.url}/page?q=1#here") == {}
    web.says("/page?q=1", HEAD)
    assert read(f"{web.url}/page?q=1#here") == SAID


def test_nothing_of_this_machine_is_read(web):
    port = web.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"):
        assert page_heads.read(f"http://{host}:{port}/page") == {}
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2001::1",
        "2002:a00:1::",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not page_heads.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "::ffff:1.1.1.1", "2606:4700::1111"])
def test_addresses_that_are(address):
    assert page_heads.is_public(ip_address(address))


def test_one_private_address_of_many_is_enough(web, monkeypatch):
    found = [(0, 0, 0, "", ("1.1.1.1", 0)), (0, 0, 0, "", ("10.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    assert page_heads.read("http://example.com/") == {}


def test_the_address_that_was_checked_is_the_one_connected_to(web, monkeypatch):
    port, looked_up = web.url.rpartition(":")[2], []
    resolve = socket.getaddrinfo

    def once(host, *arguments, **options):
        if host == "page.example":
            looked_up.append(host)
            host = "127.0.0.1"
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", once)

    assert read(f"http://ada:secret@page.example:{port}/page") == SAID
    assert looked_up == ["page.example"]
    [(_, headers, _)] = web.asked
    assert headers["host"] == f"page.example:{port}"
    assert "authorization" not in headers


def test_three_redirects_are_followed_and_no_more(web):
    for number in range(4):
        web.says(f"/{number}", "", status=302, Location=f"/{number + 1}" if number < 3 else "/page")

    assert read(f"{web.url}/1") == SAID
    assert read(f"{web.url}/0") == {}


def test_where_a_redirect_leads_is_checked_too(web):
    first, other = ip_address("127.0.0.1"), web.url.replace("127.0.0.1", "127.0.0.2")
    for number, location in enumerate([f"{other}/page", "file:///etc/passwd", "http://[/"]):
        web.says(f"/{number}", "", status=302, Location=location)

        assert page_heads.read(f"{web.url}/{number}", lambda address: address == first) == {}

    assert [path for path, _, _ in web.asked] == ["/0", "/1", "/2"]


@pytest.mark.parametrize(
    "answer",
    [
        {"kind": "application/pdf"},
        {"kind": "text/html; charset=no-such"},
        {"kind": "text/html; charset=hex"},
        {"status": 404},
        {"Content_Encoding": "gzip"},
    ],
)
def test_what_is_no_plain_page_is_not_read(web, answer):
    web.says("/page", HEAD, **answer)

    assert read(f"{web.url}/page") == {}


@pytest.mark.parametrize("odd", ["<![x]>", "<![", "<![<![", "<!x y [", "<?", "<!-", "</ x>"])
def test_what_is_no_html_ends_the_reading_only(web, odd):
    web.says("/page", HEAD + odd)

    assert read(f"{web.url}/page") == SAID


def test_only_the_first_100_kilobytes_count(web):
    web.says("/page", HEAD + " " * 100_000 + "<meta name=description content=late>")

    assert read(f"{web.url}/page") == SAID


@pytest.mark.parametrize(
    "junk", ["<!", "<a ", "<![CDATA[", "<title>", "<!--", "&#", "</", "<a b='"]
)
def test_a_page_that_is_made_to_take_long_does_not(web, junk):
    web.says("/page", HEAD + junk * (100_000 // len(junk)))
    began = time.monotonic()

    assert read(f"{web.url}/page")["site_name"] == "Pages"
    assert time.monotonic() - began < 5


def test_a_page_that_does_not_come_is_given_up(web):
    released = threading.Event()
    web.says("/page", HEAD, wait=released)
    began = time.monotonic()

    assert read(f"{web.url}/page", limit_seconds=0.3) == {}
    assert time.monotonic() - began < 3
    released.set()


@pytest.mark.parametrize("url", ["ftp://example.com/", "mailto:a@b", "http://", "http://{1}/", "x"])
def test_what_is_no_address_of_a_page(url):
    assert read(url) == {}
