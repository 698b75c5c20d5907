"""The pages with forms in a browser: what they are there for, from the first click to the last."""

import pytest

import db
from models import User
from tests.factories import PASSWORD

# The database makes no difference to a browser.
pytestmark = pytest.mark.parametrize("installation", ["sqlite"], indirect=True)


def sign_in(page, email=None):
    if email:
        page.get_by_label("E-mail address").first.fill(email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_go_link_that_nobody_made_is_made_on_the_way(visit, make, server, database):
    ada = make.user("ada@example.com", password=PASSWORD)
    make.organization(ada)
    visitor = visit()
    page = visitor.open("/go/handbook")

    sign_in(page, ada.email)
    page.get_by_role("heading", name="Make the go-link handbook").wait_for()
    page.get_by_label("URL").fill(f"{server}/app/verify-email")
    page.get_by_label("Title").fill("Handbook")
    page.get_by_role("button", name="Make and follow it").click()
    page.get_by_role("heading", name="Confirm your e-mail address").wait_for()

    visitor.forgive(404)  # the miss itself


def test_an_invited_person_signs_in_and_accepts(visit, make, database):
    organization = make.organization(make.user())
    invitation = make.invitation(organization, "grace@example.com")
    make.organization(make.user("grace@example.com", password=PASSWORD))
    visitor = visit()
    page = visitor.open(f"/app/accept-invite#token={invitation.token}")

    page.get_by_role("heading", name=f"invites you to {organization.name}").wait_for()
    page.get_by_role("button", name="Accept").click()
    sign_in(page)
    page.get_by_text("You are signed in.").wait_for()
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Joined organization").wait_for()

    visitor.forgive(401)  # the first click, before signing in


def test_an_address_is_proved_by_a_click(visit, make, database):
    person = make.user(verified=False)
    token = make.verification(person)
    page = visit().open(f"/app/verify-email#token={token}")

    page.get_by_role("button", name="Confirm").click()

    page.get_by_text("Email verified.").wait_for()
    with db.reading() as session:
        assert session.get(User, person.id).email_verified_at is not None


def test_a_link_without_its_end_says_so(visit, database):
    for path in ("/app/accept-invite", "/app/verify-email"):
        page = visit().open(path)
        page.get_by_text("The link is not whole.").wait_for()
        assert page.get_by_role("button").count() == 0


def test_a_link_that_was_never_one_says_so(visit, database):
    visitor = visit()
    page = visitor.open("/app/accept-invite")
    page.get_by_text("The link is not whole.").wait_for()

    visitor.open("/app/accept-invite#token=invented")  # the page is there already
    page.get_by_text("There is no such invitation.").wait_for()

    visitor.forgive(404)
