from datetime import timedelta

import pytest
from sqlalchemy import select

import clock
from models import ApiToken, Invitation, Organization, OutboxMessage, User
from tests.factories import PASSWORD
from tests.stored import rows

BETTER = "Better-Horse-8"
DELETED = "token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


@pytest.fixture
def ada(make):
    return make.user("ada@example.com", password=PASSWORD)


@pytest.fixture
def home(make, ada):
    return make.organization(ada, name="Home")


@pytest.fixture
def session(make, ada, home):
    return make.session(ada)


@pytest.fixture
def change_password(client, session):
    def change_password(current=PASSWORD, new=BETTER, token=session):
        body = {"current_password": current, "new_password": new}
        return client.call("change_password", token=token, json=body)

    return change_password


@pytest.fixture
def sign_in(client, ada):
    def sign_in(password):
        body = {"email": ada.email, "password": password}
        return client.call("sign_in", json=body).status_code

    return sign_in


def refusal(response):
    return response.status_code, response.json()["code"]


def test_the_profile_shows_the_account(client, session, ada):
    profile = client.call("get_profile", token=session).json()

    assert profile == {
        "id": ada.id,
        "email": "ada@example.com",
        "name": ada.name,
        "user_key": ada.user_key,
        "is_admin": False,
        "language": "en",
        "theme": "auto",
        "email_verified": True,
        "ai_suggestions_enabled": True,
        "mfa_enabled": False,
        "email_pending": None,
        "has_password": True,
        "oidc_provider": None,
        "oidc_sub": None,
    }


def test_a_person_without_a_password_is_shown_as_such(client, make):
    profile = client.call("get_profile", token=make.session(make.user(verified=False))).json()

    assert (profile["has_password"], profile["email_verified"]) == (False, False)


def test_changes_are_kept_and_what_is_left_out_stays(client, session, ada):
    changes = {"name": " Ada King ", "theme": "dark", "ai_suggestions_enabled": False}

    changed = client.call("update_profile", token=session, json=changes).json()
    changed_again = client.call("update_profile", token=session, json={"language": "de"}).json()

    assert changed["name"] == "Ada King"
    assert changed_again == {**changed, "language": "de"}
    assert client.call("get_profile", token=session).json() == changed_again
    assert changed_again["theme"] == "dark"
    assert changed_again["ai_suggestions_enabled"] is False


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({}, ""),
        ({"theme": "pink"}, "/theme"),
        ({"language": "tlh"}, "/language"),
        ({"name": "   "}, "/name"),
        ({"is_admin": True}, "/is_admin"),
        ({"email": "evil@example.com"}, "/email"),
    ],
)
def test_what_cannot_be_changed_is_refused(client, session, changes, pointer):
    before = client.call("get_profile", token=session).json()

    response = client.call("update_profile", token=session, json=changes)

    assert refusal(response) == (400, "INVALID_REQUEST")
    assert [each["pointer"] for each in response.json()["details"]] == [pointer]
    assert client.call("get_profile", token=session).json() == before


def test_a_bound_token_may_read_who_it_is_but_not_change_it(client, make, ada, home):
    bound = make.token(ada, home, organization_only=True)

    assert client.call("get_profile", token=bound).json()["id"] == ada.id
    changed = client.call("update_profile", token=bound, json={"theme": "dark"})
    assert refusal(changed) == (403, "TOKEN_BOUND")
    assert client.call("get_profile", token=bound).json()["theme"] == "auto"


def test_a_new_password_replaces_the_old(change_password, sign_in):
    assert change_password().json() == {"message": "Password changed"}

    assert (sign_in(PASSWORD), sign_in(BETTER)) == (401, 200)


def test_changing_the_password_signs_out_everywhere_else_and_mails_a_notice(
    client, change_password, make, ada, session
):
    others = [make.session(ada) for _ in range(2)]
    stranger = make.session(make.user())

    change_password()

    answers = [client.call("get_profile", token=each) for each in (session, *others, stranger)]
    assert [answer.status_code for answer in answers] == [200, 401, 401, 200]
    [mail] = rows(select(OutboxMessage))
    assert (mail.kind, mail.recipient) == ("password_changed", ada.email)
    assert mail.facts["name"] == ada.name
    assert BETTER not in str(mail.facts)


@pytest.mark.example("WRONG_PASSWORD")
def test_a_wrong_current_password_changes_nothing(change_password, sign_in, client, make, ada):
    other = make.session(ada)

    assert refusal(change_password(current="Wrong-Horse-7")) == (400, "WRONG_PASSWORD")

    assert sign_in(PASSWORD) == 200
    assert client.call("get_profile", token=other).status_code == 200
    assert rows(select(OutboxMessage)) == []


def test_a_weak_new_password_is_refused(change_password, sign_in):
    response = change_password(new="too-weak")

    assert refusal(response) == (400, "PASSWORD_TOO_WEAK")
    assert {each["pointer"] for each in response.json()["details"]} == {"/new_password"}
    assert sign_in(PASSWORD) == 200


def test_a_person_without_a_password_cannot_change_it(change_password, make):
    token = make.session(make.user())

    assert refusal(change_password(token=token)) == (400, "WRONG_PASSWORD")
    assert rows(select(OutboxMessage)) == []


def test_an_api_token_changes_no_password_and_deletes_no_account(
    client, change_password, make, ada, home, sign_in
):
    token = make.token(ada, home)

    assert refusal(change_password(token=token)) == (403, "SESSION_REQUIRED")
    deleted = client.call("delete_account", token=token)
    assert refusal(deleted) == (403, "SESSION_REQUIRED")
    assert sign_in(PASSWORD) == 200


def test_deleting_the_account_takes_its_own_organizations_along_and_leaves_the_others(
    client, make, ada, home, session
):
    workplace = make.organization(name="Workplace")
    make.member(workplace, ada, role="admin")
    shared = make.organization(ada, name="Shared")
    make.member(shared, role="owner")
    make.token(ada, workplace)
    invitation = make.invitation(workplace, invited_by=ada.id)

    response = client.call("delete_account", token=session)

    assert response.json() == {"message": "Account deleted"}
    assert response.headers["set-cookie"] == DELETED
    assert sorted(rows(select(Organization.name))) == ["Shared", "Workplace"]
    assert ada.id not in rows(select(User.id))
    assert rows(select(ApiToken)) == []
    [kept] = rows(select(Invitation))
    assert (kept.id, kept.invited_by) == (invitation.id, None)
    assert client.call("get_profile", token=session).status_code == 401


def test_the_seat_of_a_deleted_account_is_free(client, make, ada, home, session):
    owner = make.user()
    workplace = make.organization(owner, seats=2)
    make.member(workplace, ada)

    def invite():
        return client.call(
            "create_invitation",
            workplace.id,
            token=make.token(owner, workplace),
            json={"email": "next@example.com"},
        ).status_code

    assert invite() == 403
    client.call("delete_account", token=session)
    assert invite() == 201


@pytest.mark.example("SIGN_IN_AGAIN")
def test_deleting_the_account_needs_a_recent_sign_in(client, make, ada, home, later):
    session = make.session(ada, signed_in_at=clock.now() - timedelta(minutes=9, seconds=50))
    refreshed = client.call("refresh_session", token=session).json()["access_token"]
    later(seconds=20)

    response = client.call("delete_account", token=refreshed)  # refreshing is not signing in

    assert refusal(response) == (403, "SIGN_IN_AGAIN")
    assert rows(select(User.id)) == [ada.id]
    assert client.call("delete_account", token=make.session(ada)).status_code == 200


@pytest.mark.example("SOLE_OWNER")
def test_the_only_owner_of_a_shared_organization_is_held_back(client, make, ada, home, session):
    for name in ("Zebra", "Analytical Engines"):
        make.member(make.organization(ada, name=name), role="admin")
    reason = "Hand over or empty these organizations first: Analytical Engines, Zebra."

    told = client.call("get_account_deletability", token=session)
    response = client.call("delete_account", token=session)

    assert told.json() == {"allowed": False, "message": reason}
    assert refusal(response) == (409, "SOLE_OWNER")
    assert response.json()["message"] == reason
    assert client.call("get_profile", token=session).status_code == 200
    assert len(rows(select(Organization))) == 3


def test_whom_nothing_holds_back_may_delete_the_account(client, make, ada, home, session):
    make.member(make.organization(ada), role="owner")
    make.member(make.organization(), ada)

    told = client.call("get_account_deletability", token=session)

    assert told.json() == {"allowed": True}


def test_the_names_that_hold_one_back_still_fit_the_contract(client, make, ada, session):
    for number in range(5):
        make.member(make.organization(ada, name=f"{number}" * 255))

    told = client.call("get_account_deletability", token=session).json()

    assert told["allowed"] is False
    assert len(told["message"]) == 1000


def test_a_bound_token_does_not_learn_of_other_organizations(client, make, ada, home):
    make.member(make.organization(ada, name="Secret project"))
    bound = make.token(ada, home, organization_only=True)

    told = client.call("get_account_deletability", token=bound)

    assert refusal(told) == (403, "TOKEN_BOUND")
