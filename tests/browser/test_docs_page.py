"""The page at /api-docs in a browser: it shows, searches and tries, and asks nobody else."""

import json

import pytest
from sqlalchemy import select

import db
from contract.current import document
from docs_page.languages import LANGUAGES
from models import Invitation

LABELS = [label for _, label in LANGUAGES.values()]
EXAMPLE_ID = document().spec["components"]["schemas"]["Id"]["example"]

# The database makes no difference to a browser.
pytestmark = pytest.mark.parametrize("installation", ["sqlite"], indirect=True)


def place(operation):
    """Where the viewer puts an operation: what follows the # in the address."""
    return f"tag/{operation.tag.lower().replace(' ', '-')}/{operation.method}{operation.path}"


def section(page, operation):
    return page.locator(f"section[id$='/{place(operation)}']")


@pytest.fixture
def docs(visit, database):
    return visit(viewport={"width": 1400, "height": 1000}).open("/api-docs")


def test_an_invitation_is_made_from_the_page(docs, make):
    admin = make.user("ada@example.com")
    organization = make.organization(admin)
    create = document().operations["create_invitation"]
    docs.get_by_label("Bearer Token").first.fill(make.token(admin, organization))

    docs.evaluate("place => { location.hash = place }", place(create))
    section(docs, create).get_by_role("button", name="Test Request").click()
    client = docs.get_by_role("dialog")
    client.get_by_role("button", name=EXAMPLE_ID).click()
    docs.get_by_role("menuitem", name="Add value").click()
    docs.keyboard.type(organization.id)
    docs.keyboard.press("Enter")
    with docs.expect_response(f"**/api/organizations/{organization.id}/invitations") as answered:
        client.get_by_role("button", name="Send", exact=False).first.click()

    assert answered.value.status == 201
    assert client.get_by_text("201 Created").is_visible()
    assert client.get_by_text("accept_url").is_visible()
    with db.reading() as session:
        assert session.scalars(select(Invitation.email)).all() == ["grace@example.com"]


def test_a_search_leads_to_an_operation(docs):
    docs.get_by_role("button", name="Search").first.click()  # there is a tag of that name too
    docs.keyboard.type("resend invitation")
    docs.get_by_role("option", name="Send an invitation again").click()

    resend = document().operations["resend_invitation"]
    section(docs, resend).get_by_role("heading", name="Send an invitation again").wait_for()


def test_guides_and_errors_stand_before_the_operations(docs):
    for heading in ("Authentication", "Scopes", "Errors"):
        docs.get_by_role("heading", name=heading, exact=True).wait_for(state="attached")
    for code in document().spec["components"]["schemas"]["ErrorCode"]["enum"]:
        docs.get_by_role("cell", name=code, exact=True).wait_for(state="attached")


def test_every_operation_shows_its_five_samples(visit, database):
    docs = visit(viewport={"width": 1400, "height": 1000})
    docs.page.route("**/api-docs/openapi.json", without_answers)
    page = docs.open("/api-docs")

    for operation in document().operations.values():
        page.evaluate("place => { location.hash = place }", place(operation))
        section(page, operation).get_by_test_id("client-picker").click()
        assert page.get_by_role("option").all_inner_texts() == LABELS, operation.id
        page.keyboard.press("Escape")


def without_answers(route):
    """The same operations and samples; drawing their bodies and answers would take minutes."""
    shown = route.fetch().json()
    for item in shown["paths"].values():
        for operation in item.values():
            operation.pop("requestBody", None)
            operation.update(parameters=[], responses={}, description="")
    shown["components"] = {"securitySchemes": shown["components"]["securitySchemes"]}
    shown["info"]["description"] = ""
    route.fulfill(body=json.dumps(shown), content_type="application/json")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_by_day_and_by_night(visit, database, scheme):
    phone = visit(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = phone.open("/api-docs")
    page.get_by_role("heading", name="Errors", exact=True).wait_for(state="attached")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    [brightest, *_] = sorted(map(int, background.strip("rgb()").split(",")[:3]), reverse=True)
    assert (brightest > 200) == (scheme == "light")
