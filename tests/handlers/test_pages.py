"""The pages with forms: what runs in them, and where the sign-in leads."""

import base64
import hashlib
import re

import pytest

PAGES = ["show_sign_in", "show_invitation", "show_verification"]
HOSTILE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "\\\\evil.example/",
    "javascript:alert(1)",
    "go/jira",
    "/go/jira\n",
    " /go/jira",
    "",
    "/go/jira/remember/0192f0c3-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "/go/jira/%72emember/0192f0c3-1a2b-7c3d-8e4f-5a6b7c8d9e0f?x=1",
]


@pytest.mark.parametrize("name", PAGES)
def test_only_our_own_script_runs_and_calls_only_this_server(client, name):
    page = client.call(name)

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    [script] = re.findall(r'<script type="module">(.*?)</script>', page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = page.headers["content-security-policy"].split("; ")
    assert f"script-src 'sha256-{digest}'" in policy
    assert {"default-src 'none'", "connect-src 'self'", "form-action 'none'"} < {*policy}
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert re.findall(r"\son\w+=|javascript:", page.text) == []


def test_the_sign_in_leads_to_what_was_asked_for(client):
    page = client.call("show_sign_in", query={"redirect": "/go/jira?tab=1&x=%2F"})

    assert 'data-then="/go/jira?tab=1&amp;x=%2F"' in page.text


@pytest.mark.parametrize("address", HOSTILE)
def test_the_sign_in_leads_nowhere_else_and_changes_nothing(client, address):
    page = client.call("show_sign_in", query={"redirect": address})

    assert "data-then=" not in page.text
    assert "evil" not in page.text


def test_what_was_asked_for_is_escaped(client):
    page = client.call("show_sign_in", query={"redirect": '/"><script>alert(1)</script>'})

    assert "<script>" not in page.text
    assert "/&#34;&gt;&lt;script&gt;" in page.text


def test_nothing_is_offered_that_the_operator_switched_off(client, configure):
    assert "/api-docs" in client.call("show_sign_in").text
    configure(api_docs=False)
    assert "/api-docs" not in client.call("show_sign_in").text
