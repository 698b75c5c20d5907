import pytest
from pydantic import SecretStr
from sqlalchemy import select

from models import Organization
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def organization(make, owner):
    return make.organization(owner, seats=4)


@pytest.fixture
def session(make, owner, organization):
    return make.session(owner)


@pytest.fixture
def set_seats(client, organization, session):
    def set_seats(extra, organization=organization, token=session):
        return client.call(
            "set_extra_seats", organization.id, token=token, json={"extra_seats": extra}
        )

    return set_seats


def refusal(response):
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize(
    ("plan", "limit", "teams", "ai"),
    [
        ("free", 50, False, False),
        ("personal", None, False, True),
        ("team", None, True, True),
        ("supporter", None, False, True),
    ],
)
def test_a_plan_says_what_it_includes(client, make, configure, plan, limit, teams, ai):
    configure(smtp_url=SecretStr("smtp://mail.example.com"))
    owner = make.user()
    make.organization(owner, plan=plan, seats=1)

    answered = client.call("get_plan", token=make.session(owner))

    assert answered.json() == {
        "plan": plan,
        "bookmarkLimit": limit,
        "canShareWithTeams": teams,
        "ai_available": ai,
        "audit_log_available": teams,
        "email_invites_available": teams,
    }


def test_invitations_are_not_mailed_where_no_mail_is_sent(client, session):
    assert client.call("get_plan", token=session).json()["email_invites_available"] is False


def test_the_plan_is_that_of_the_current_organization(client, make, owner, session):
    free = make.organization(owner, plan="free", seats=1)
    there = make.session(owner, organization=free)

    plans = [client.call("get_plan", token=each).json()["plan"] for each in (session, there)]

    assert plans == ["team", "free"]


def test_the_overview_counts_members_and_pending_invitations(client, make, organization, session):
    make.member(organization)
    make.invitation(organization)

    assert client.call("get_billing_overview", token=session).json() == {
        "organization_id": organization.id,
        "plan": "team",
        "subscription_status": None,
        "current_period_end": None,
        "bookmark_limit": None,
        "seats": {
            "organization_id": organization.id,
            "plan": "team",
            "seats_total": 4,
            "seats_used": 2,
            "pending_invitations": 1,
            "included_seats": 1,
            "extra_seats": 3,
            "seats_free": 1,
        },
    }


def test_an_expired_invitation_is_no_longer_counted(client, make, organization, session, later):
    make.invitation(organization, days=1)

    def pending():
        overview = client.call("get_billing_overview", token=session).json()
        return overview["seats"]["pending_invitations"]

    assert pending() == 1
    later(days=1, seconds=1)
    assert pending() == 0


def test_more_members_than_seats_leave_none_free_not_less(client, make, owner):
    crowded = make.organization(owner, plan="free", seats=1)
    make.member(crowded)

    overview = client.call("get_billing_overview", token=make.session(owner)).json()

    assert (overview["seats"]["seats_used"], overview["seats"]["seats_free"]) == (2, 0)
    assert overview["bookmark_limit"] == 50


def test_seats_are_added_and_given_back(client, session, set_seats):
    more = set_seats(9)
    assert (more.json()["seats_total"], more.json()["seats_free"]) == (10, 9)
    less = set_seats(0)
    assert (less.json()["extra_seats"], less.json()["seats_free"]) == (0, 0)

    overview = client.call("get_billing_overview", token=session).json()
    assert overview["seats"] == less.json()


@pytest.mark.example("SEATS_IN_USE")
def test_seats_in_use_are_not_given_back(make, organization, set_seats):
    make.member(organization)
    make.invitation(organization)

    refused = set_seats(1)

    body = refused.json()
    assert refusal(refused) == (409, "SEATS_IN_USE")
    assert body.pop("request_id")
    assert body == {
        "error": "More seats are in use than would remain.",
        "code": "SEATS_IN_USE",
        "message": "Remove members or revoke pending invitations first.",
        "status": 409,
        "seats_total": 4,
        "seats_used": 2,
        "pending_invitations": 1,
        "included_seats": 1,
        "extra_seats": 3,
    }
    assert rows(select(Organization.extra_seats)) == [3]
    assert set_seats(2).status_code == 200  # exactly those in use


def test_a_crowded_team_may_grow_without_growing_enough(make, organization, set_seats):
    for _ in range(8):
        make.member(organization)

    grown = set_seats(5)

    assert grown.status_code == 200
    assert (grown.json()["seats_total"], grown.json()["seats_free"]) == (6, 0)
    assert set_seats(5).status_code == 200
    assert refusal(set_seats(4)) == (409, "SEATS_IN_USE")


@pytest.mark.parametrize("plan", ["free", "personal", "supporter"])
def test_only_the_team_plan_has_extra_seats(make, owner, session, set_seats, plan):
    other = make.organization(owner, plan=plan, seats=1)

    assert refusal(set_seats(2, organization=other)) == (403, "PLAN_REQUIRES_TEAM")
    assert sorted(rows(select(Organization.extra_seats))) == [0, 3]


def test_administrators_set_seats_and_members_do_not(make, organization, set_seats):
    admin = make.session(make.member(organization, role="admin"))
    member = make.session(make.member(organization))

    assert refusal(set_seats(9, token=member)) == (403, "FORBIDDEN")
    assert rows(select(Organization.extra_seats)) == [3]
    assert set_seats(9, token=admin).status_code == 200


def test_a_strangers_seats_are_not_found(client, make, organization, session, set_seats):
    stranger = make.session(make.user())
    nowhere = client.call("set_extra_seats", NOWHERE, token=session, json={"extra_seats": 1})

    assert refusal(set_seats(9, token=stranger)) == refusal(nowhere) == (404, "NOT_FOUND")
    assert rows(select(Organization.extra_seats)) == [3]


@pytest.mark.parametrize("extra", [-1, 100_001, 1.5, "2", None, True])
def test_seats_are_a_number_that_can_be_paid_for(set_seats, extra):
    refused = set_seats(extra)

    assert refusal(refused) == (400, "INVALID_REQUEST")
    assert {each["pointer"] for each in refused.json()["details"]} == {"/extra_seats"}
    assert rows(select(Organization.extra_seats)) == [3]


def test_the_most_seats_there_can_be_fit_everywhere(set_seats):
    assert set_seats(100_000).json()["seats_total"] == 100_001
