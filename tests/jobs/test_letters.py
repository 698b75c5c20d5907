"""Templates: every kind is complete, and nobody's name can become markup or a header."""

from email import message_from_bytes, policy

import pytest

import clock
from adapters import letters

LINK = "https://slugbase.example/x?token=abc&y=1"
WHEN = "2026-03-08T13:30:00+02:00"
FACTS = {
    "invitation": {
        "organization": "Acme",
        "inviter": "Ada",
        "role": "admin",
        "link": LINK,
        "expires_at": WHEN,
    },
    "verify_signup": {"name": "Ada", "link": LINK, "expires_at": WHEN},
    "account_exists": {"name": "Ada", "link": LINK},
    "password_changed": {"name": "Ada", "time": WHEN},
}


def write(kind, **facts):
    written = letters.write(
        kind,
        "guest@example.com",
        FACTS[kind] | facts,
        "SlugBase <noreply@slugbase.example>",
        "<7@slugbase>",
        clock.now(),
    )
    return message_from_bytes(bytes(written), policy=policy.default)


def bodies(mail):
    return tuple(
        mail.get_body((form,)).get_content().replace("\r\n", "\n") for form in ("plain", "html")
    )


def test_every_kind_has_its_three_templates():
    named = {path.name for path in letters.TEMPLATES.iterdir()} - {"layout.html", "button.html"}

    assert named == {f"{kind}.{end}" for kind in FACTS for end in ("subject.txt", "txt", "html")}


@pytest.mark.parametrize("kind", FACTS)
def test_every_kind_says_what_it_was_given_and_loads_nothing(kind):
    text, html = bodies(write(kind))

    if "link" in FACTS[kind]:
        assert LINK in text
        assert f'href="{LINK.replace("&", "&amp;")}"' in html
    if "name" in FACTS[kind]:
        assert "Hello Ada" in text
    if WHEN in FACTS[kind].values():
        assert "08 March 2026, 11:30 UTC" in text
        assert "08 March 2026, 11:30 UTC" in html
    assert "src=" not in html
    assert "url(" not in html
    assert "<link" not in html
    assert '<html lang="en">' in html


def test_html_in_a_name_stays_text():
    text, html = bodies(write("invitation", organization="<script>alert(1)</script> & Co"))

    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in html
    assert "<script>alert(1)</script> & Co" in text


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85", "\x00"])
def test_line_breaks_in_a_name_never_reach_the_header_or_a_new_line(end):
    mail = write("invitation", organization=f"Acme{end}Bcc: victim@example.com")

    assert mail["Subject"] == "Ada invites you to Acme Bcc: victim@example.com on SlugBase"
    assert mail["Bcc"] is None
    assert "Acme Bcc: victim@example.com" in bodies(mail)[0]


def test_a_personal_text_is_quoted_line_by_line():
    text, html = bodies(write("invitation", message="Dear you,\n\n<b>come</b> in"))

    assert "> Dear you,\n>\n> <b>come</b> in\n" in text
    assert "<blockquote" in html
    assert "&lt;b&gt;come&lt;/b&gt;" in html


@pytest.mark.parametrize("message", [None, ""])
def test_without_a_personal_text_nothing_is_quoted(message):
    text, html = bodies(write("invitation", message=message))

    assert ">" not in text
    assert "<blockquote" not in html


def test_an_invitation_outlives_the_account_of_who_sent_it():
    assert write("invitation", inviter=None)["Subject"].startswith("Somebody invites you to Acme")


def test_a_recipient_is_one_address_only():
    with pytest.raises(letters.PermanentRefusal):
        letters.write(
            "account_exists",
            "a@example.com, b@example.com",
            FACTS["account_exists"],
            "c@example.com",
            "<7@slugbase>",
            clock.now(),
        )


def test_an_international_domain_is_written_as_servers_know_it():
    mail = letters.write(
        "account_exists",
        "ada@käse.example",
        FACTS["account_exists"],
        "c@example.com",
        "<7@slugbase>",
        clock.now(),
    )

    assert mail["To"] == "ada@xn--kse-qla.example"
