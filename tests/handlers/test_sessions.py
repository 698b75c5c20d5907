import pytest
from sqlalchemy import select

from models import UserSession
from tests.factories import PASSWORD
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"
DELETED = "token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


@pytest.fixture
def ada(make):
    return make.user("ada@example.com", password=PASSWORD)


@pytest.fixture
def sign_in(client):
    def sign_in(email="ada@example.com", password=PASSWORD, **options):
        return client.call("sign_in", json={"email": email, "password": password}, **options)

    return sign_in


@pytest.fixture
def is_live(client):
    def is_live(token):
        return client.call("list_sessions", token=token).status_code == 200

    return is_live


def refusal(response):
    return response.status_code, response.json()["code"]


def test_signing_in_answers_the_person_and_the_token_twice(sign_in, ada, is_live):
    response = sign_in("Ada@Example.com")

    assert response.status_code == 200
    body = response.json()
    token = body["access_token"]
    assert (body["id"], body["email"], body["user_key"]) == (ada.id, ada.email, ada.user_key)
    assert response.headers["set-cookie"] == (
        f"token={token}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"
    )
    assert is_live(token)


def test_cookies_are_secure_where_people_come_by_https(sign_in, ada, configure):
    configure(public_url="https://slugbase.example")

    assert sign_in().headers["set-cookie"].endswith("SameSite=Lax; Secure")


@pytest.mark.example("INVALID_CREDENTIALS")
def test_nobody_learns_why_signing_in_failed(sign_in, ada, make):
    make.user("without@example.com")
    make.user("unverified@example.com", password=PASSWORD, verified=False)

    answers = [
        sign_in(password="Wrong-Horse-7"),
        sign_in("unknown@example.com"),
        sign_in("without@example.com"),
        sign_in("unverified@example.com", password="Wrong-Horse-7"),
    ]

    bodies = [answer.json() for answer in answers]
    assert all(body.pop("request_id") for body in bodies)
    assert bodies == [bodies[0]] * 4
    assert bodies[0]["code"] == "INVALID_CREDENTIALS"
    assert {answer.status_code for answer in answers} == {401}
    assert rows(select(UserSession)) == []


def test_the_password_that_stands_in_where_there_is_none_opens_nothing(sign_in, make):
    make.user("without@example.com")
    stand_in = "the password of an account that does not exist"

    for email in ("without@example.com", "unknown@example.com"):
        assert refusal(sign_in(email, stand_in)) == (401, "INVALID_CREDENTIALS")


@pytest.mark.example("EMAIL_NOT_VERIFIED")
def test_an_unverified_person_is_told_so_after_the_right_password(sign_in, make):
    make.user("unverified@example.com", password=PASSWORD, verified=False)

    assert refusal(sign_in("unverified@example.com")) == (403, "EMAIL_NOT_VERIFIED")
    assert rows(select(UserSession)) == []


def test_a_refreshed_session_is_still_known_by_its_browser(client, sign_in, ada):
    token = sign_in(headers={"User-Agent": "browser"}).json()["access_token"]

    refreshed = client.call("refresh_session", token=token, headers={"User-Agent": "other"})

    [session] = client.call("list_sessions", token=refreshed.json()["access_token"]).json()
    assert (session["current"], session["user_agent"]) == (True, "browser")


def test_a_session_ends_after_seven_days(sign_in, ada, is_live, later):
    token = sign_in().json()["access_token"]

    later(days=6, hours=23, minutes=59)
    assert is_live(token)
    later(days=7)
    assert not is_live(token)


def test_signing_out_ends_the_session_at_once(client, sign_in, ada, is_live):
    token = sign_in().json()["access_token"]
    other = sign_in().json()["access_token"]

    response = client.call("sign_out", token=token)

    assert response.json() == {"message": "Logged out"}
    assert response.headers["set-cookie"] == DELETED
    assert not is_live(token)
    assert is_live(other)


def test_signing_out_by_cookie_ends_the_session(client, sign_in, ada, is_live):
    token = sign_in().json()["access_token"]

    client.call("sign_out", cookie=f"token={token}")

    assert not is_live(token)


def test_signing_out_works_for_people_who_are_not_signed_in(client):
    for credential in ({}, {"cookie": "token=stale"}, {"token": "stale"}):
        response = client.call("sign_out", **credential)
        assert response.status_code == 200
        assert response.headers["set-cookie"] == DELETED


def test_signing_out_beside_a_stale_cookie_still_ends_the_session(client, make, ada, is_live):
    token = make.session(ada)

    client.call("sign_out", token=token, cookie="token=stale")

    assert not is_live(token)


def test_signing_out_leaves_an_api_token_as_it_is(client, make, ada, home, is_live):
    token = make.token(ada, home)

    assert client.call("sign_out", token=token).status_code == 200
    assert is_live(token)


def test_refreshing_puts_a_new_session_in_the_place_of_the_old(
    client, make, ada, home, is_live, later
):
    second = make.organization(ada)
    old = make.session(ada, organization=second)
    later(days=6)

    response = client.call("refresh_session", token=old)

    new = response.json()["access_token"]
    assert response.headers["set-cookie"].startswith(f"token={new};")
    assert not is_live(old)
    assert refusal(client.call("refresh_session", token=old)) == (401, "UNAUTHORIZED")
    current = client.call("get_current_organization", token=new)
    assert current.json() == {"organizationId": second.id}
    later(days=12)
    assert is_live(new)


@pytest.mark.example("SESSION_REQUIRED")
def test_an_api_token_cannot_do_what_needs_a_session(client, make, ada, home):
    token = make.token(ada, home)

    refreshed = client.call("refresh_session", token=token)
    chosen = client.call("choose_organization", token=token, json={"organizationId": home.id})

    assert refusal(refreshed) == refusal(chosen) == (403, "SESSION_REQUIRED")


def test_the_current_user_carries_their_place_in_the_current_organization(client, make, ada, home):
    workplace = make.organization()
    make.member(workplace, ada)

    at_home = client.call("get_current_user", token=make.session(ada)).json()
    at_work = client.call("get_current_user", token=make.session(ada, organization=workplace))

    assert (at_home["organization_id"], at_home["workspace_admin"]) == (home.id, True)
    assert (at_home["has_password"], at_home["mfa_enabled"]) == (True, False)
    assert at_work.json()["organization_id"] == workplace.id
    assert at_work.json()["workspace_admin"] is False


def test_there_are_no_identity_providers_to_sign_in_with(client):
    assert client.call("list_sign_in_providers").json() == []


def test_sessions_are_listed_newest_first_without_those_that_are_over(
    client, sign_in, make, ada, later
):
    make.session(make.user())
    expired = sign_in().json()["access_token"]
    later(days=6)
    first = sign_in(headers={"User-Agent": "first"}).json()["access_token"]
    second = sign_in(headers={"User-Agent": "second"}).json()["access_token"]
    ended = sign_in().json()["access_token"]
    client.call("sign_out", token=ended)
    assert len(client.call("list_sessions", token=expired).json()) == 3
    later(days=8)

    sessions = client.call("list_sessions", token=second).json()

    assert [each["user_agent"] for each in sessions] == ["second", "first"]
    assert [each["current"] for each in sessions] == [True, False]
    assert {each["current"] for each in client.call("list_sessions", token=first).json()} == {
        True,
        False,
    }


def test_one_session_is_ended_by_its_id_as_often_as_one_likes(client, make, ada, is_live):
    mine, other = make.session(ada), make.session(ada)
    [found] = [
        each["id"]
        for each in client.call("list_sessions", token=mine).json()
        if not each["current"]
    ]

    for _ in range(2):
        response = client.call("end_session", found, token=mine)
        assert response.json() == {"message": "Session ended"}

    assert is_live(mine)
    assert not is_live(other)


def test_another_persons_session_is_not_found(client, make, ada, is_live):
    theirs = make.session(make.user())
    [session_id] = rows(select(UserSession.id))
    mine = make.session(ada)

    assert client.call("end_session", session_id, token=mine).status_code == 404
    assert client.call("end_session", NOWHERE, token=mine).status_code == 404
    assert is_live(theirs)


def test_all_other_sessions_are_ended_together(client, make, ada, is_live):
    mine, *others = [make.session(ada) for _ in range(3)]
    stranger = make.session(make.user())

    assert client.call("end_other_sessions", token=mine).json() == {"ended": 2}

    assert [is_live(token) for token in (mine, *others, stranger)] == [True, False, False, True]
    assert client.call("end_other_sessions", token=mine).json() == {"ended": 0}


def test_sessions_that_are_over_are_not_ended_again(client, make, ada, later):
    make.session(ada)
    later(days=8)

    response = client.call("end_other_sessions", token=make.session(ada))

    assert response.json() == {"ended": 0}


def test_an_api_token_ends_all_sessions(client, make, ada, home, is_live):
    sessions = [make.session(ada) for _ in range(2)]

    response = client.call("end_other_sessions", token=make.token(ada, home))

    assert response.json() == {"ended": 2}
    assert not any(is_live(token) for token in sessions)


def test_a_bound_token_has_no_say_in_the_sessions_of_the_account(client, make, ada, home, is_live):
    session = make.session(ada)
    [session_id] = rows(select(UserSession.id))
    bound = make.token(ada, home, organization_only=True)

    answers = [
        client.call("list_sessions", token=bound),
        client.call("end_session", session_id, token=bound),
        client.call("end_other_sessions", token=bound),
    ]

    assert [refusal(answer) for answer in answers] == [(403, "TOKEN_BOUND")] * 3
    assert is_live(session)


def test_the_organization_is_the_oldest_membership_until_one_is_chosen(client, make, ada, home):
    second = make.organization(ada)
    first_session, second_session = make.session(ada), make.session(ada)

    def current(token):
        return client.call("get_current_organization", token=token).json()["organizationId"]

    assert current(first_session) == home.id
    chosen = client.call(
        "choose_organization", token=first_session, json={"organizationId": second.id}
    )
    assert chosen.json() == {"organizationId": second.id}
    assert current(first_session) == second.id
    assert current(second_session) == home.id  # the choice holds for one session


def test_an_api_token_works_in_the_organization_it_was_made_in(client, make, ada, home):
    second = make.organization(ada)

    current = client.call("get_current_organization", token=make.token(ada, second))

    assert current.json() == {"organizationId": second.id}


def test_only_ones_own_organization_can_be_chosen(client, make, ada, home):
    session = make.session(ada)

    for organization_id in (make.organization().id, NOWHERE):
        chosen = client.call(
            "choose_organization", token=session, json={"organizationId": organization_id}
        )
        assert chosen.status_code == 404
    current = client.call("get_current_organization", token=session)
    assert current.json() == {"organizationId": home.id}


def test_a_choice_ends_with_the_membership(client, make, ada, home):
    owner = make.user()
    workplace = make.organization(owner)
    make.member(workplace, ada)
    session = make.session(ada, organization=workplace)
    boss = make.session(owner)

    removed = client.call("remove_member", workplace.id, ada.id, token=boss).json()

    current = client.call("get_current_organization", token=session)
    assert current.json() == {"organizationId": removed["new_org_id"]}


def test_a_choice_ends_with_the_organization(client, make, ada, home):
    second = make.organization(ada)
    session = make.session(ada, organization=second)

    client.call("delete_organization", second.id, token=session)

    current = client.call("get_current_organization", token=session)
    assert current.json() == {"organizationId": home.id}
