import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

import clock
from models import ApiToken
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def session(make, ada, home):
    return make.session(ada)


@pytest.fixture
def create(client, session):
    def create(name="Onboarding script", token=session, **fields):
        return client.call("create_api_token", token=token, json={"name": name, **fields})

    return create


@pytest.fixture
def listed(client, session):
    def listed(token=session):
        return client.call("list_api_tokens", token=token).json()

    return listed


def refusal(response):
    return response.status_code, response.json()["code"]


def days_to_live(body):
    lifetime = datetime.fromisoformat(body["expires_at"]) - datetime.fromisoformat(
        body["created_at"]
    )
    return lifetime / timedelta(days=1)


def test_the_secret_is_shown_once_and_works(client, create, listed, ada):
    created = create()

    assert created.status_code == 201
    body = created.json()
    secret = body.pop("token")
    assert re.fullmatch(r"sb_[A-Za-z0-9_-]{43}", secret)
    assert (body["name"], body["scopes"], body["expires_at"]) == ("Onboarding script", None, None)
    assert client.call("get_profile", token=secret).json()["id"] == ada.id
    [shown] = listed()
    assert shown.pop("last_used_at") is not None
    assert shown == body
    [stored] = rows(select(ApiToken))
    assert secret not in str(vars(stored))


def test_no_two_tokens_are_the_same(create):
    assert create().json()["token"] != create().json()["token"]


def test_a_token_is_made_for_the_current_organization(client, create, make, ada, home, listed):
    second = make.organization(ada)
    in_second = make.session(ada, organization=second)

    secret = create(token=in_second).json()["token"]

    current = client.call("get_current_organization", token=secret)
    assert current.json() == {"organizationId": second.id}
    assert len(listed(in_second)) == 1
    assert listed() == []


def test_the_list_is_ones_own_newest_first(create, listed, make, home):
    colleague = make.member(home)
    make.token(colleague, home, slot=1)
    for name in ("first", "second"):
        create(name)

    assert [each["name"] for each in listed()] == ["second", "first"]
    assert [each["name"] for each in listed(make.session(colleague))] == ["token"]


@pytest.mark.example("TOKEN_LIMIT")
def test_the_eleventh_live_token_is_refused(create, listed, make, home):
    assert [create().status_code for _ in range(10)] == [201] * 10

    assert refusal(create()) == (400, "TOKEN_LIMIT")
    assert len(listed()) == 10
    assert create(token=make.session(make.member(home))).status_code == 201  # each has ten


def test_ten_tokens_are_allowed_in_each_organization(create, make, ada, home):
    for _ in range(10):
        create()
    second = make.organization(ada)

    assert create(token=make.session(ada, organization=second)).status_code == 201


def test_a_revoked_token_gives_its_place_to_another(create, client, session):
    ids = [create().json()["id"] for _ in range(10)]

    client.call("revoke_api_token", ids[4], token=session)

    assert create().status_code == 201
    assert refusal(create()) == (400, "TOKEN_LIMIT")


def test_an_expired_token_gives_its_place_to_another(create, listed, later):
    for _ in range(9):
        create(expires_in_days=30)
    create("short", expires_in_days=1)
    assert refusal(create()) == (400, "TOKEN_LIMIT")

    later(days=1, minutes=1)

    assert len(listed()) == 9
    assert create("next").status_code == 201
    assert refusal(create()) == (400, "TOKEN_LIMIT")
    assert listed()[0]["name"] == "next"


def test_a_token_ends_when_it_expires(client, create, later):
    body = create(expires_in_days=2).json()

    assert days_to_live(body) == 2
    later(days=1, hours=23)
    assert client.call("get_profile", token=body["token"]).status_code == 200
    later(days=2, seconds=1)
    assert client.call("get_profile", token=body["token"]).status_code == 401


def test_revoking_takes_effect_at_once_and_may_be_repeated(client, create, listed, session):
    body = create().json()
    other = create("other").json()

    for _ in range(2):
        response = client.call("revoke_api_token", body["id"], token=session)
        assert response.json() == {"message": "Token revoked"}

    assert client.call("get_profile", token=body["token"]).status_code == 401
    assert client.call("get_profile", token=other["token"]).status_code == 200
    assert [each["id"] for each in listed()] == [other["id"]]


def test_revoking_again_does_not_change_when_it_happened(client, create, session, later):
    body = create().json()
    client.call("revoke_api_token", body["id"], token=session)
    first = rows(select(ApiToken.revoked_at))
    later(hours=1)

    client.call("revoke_api_token", body["id"], token=session)

    assert rows(select(ApiToken.revoked_at)) == first != [None]


def test_a_token_may_revoke_itself(client, create):
    body = create().json()

    assert client.call("revoke_api_token", body["id"], token=body["token"]).status_code == 200
    assert client.call("get_profile", token=body["token"]).status_code == 401


def test_another_persons_token_is_not_found(client, make, home, session):
    secret = make.token(make.member(home), home)
    [token_id] = rows(select(ApiToken.id))

    for missing in (token_id, NOWHERE):
        response = client.call("revoke_api_token", missing, token=session)
        assert refusal(response) == (404, "NOT_FOUND")
    assert client.call("get_profile", token=secret).status_code == 200


def test_a_bound_token_does_not_revoke_those_of_other_organizations(client, make, ada, home):
    secret = make.token(ada, make.organization(ada))
    [token_id] = rows(select(ApiToken.id))
    bound = make.token(ada, home, organization_only=True)

    assert client.call("revoke_api_token", token_id, token=bound).status_code == 404
    assert client.call("get_profile", token=secret).status_code == 200


def test_a_token_does_what_its_scopes_name_and_nothing_else(client, create, home):
    token = create(scopes=["organizations:read"]).json()["token"]

    assert client.call("get_organization", home.id, token=token).status_code == 200
    renamed = client.call("update_organization", home.id, token=token, json={"name": "New"})
    assert refusal(renamed) == (403, "SCOPE_MISSING")
    assert renamed.json()["scope"] == "organizations:write"
    profile = client.call("get_profile", token=token)
    assert profile.json()["scope"] == "account:read"


def test_writing_does_not_include_reading(client, create, home):
    token = create(scopes=["organizations:write"]).json()["token"]

    assert refusal(client.call("get_organization", home.id, token=token)) == (403, "SCOPE_MISSING")


def test_scopes_do_not_make_more_of_a_role(client, make, home):
    member = make.member(home)
    token = make.token(member, home, scopes=["organizations:write"])

    renamed = client.call("update_organization", home.id, token=token, json={"name": "New"})

    assert refusal(renamed) == (403, "FORBIDDEN")


@pytest.mark.example("SCOPE_EXCEEDED")
def test_a_scoped_token_gives_away_no_more_than_it_has(create, make, ada, home):
    token = make.token(ada, home, scopes=["tokens:write", "members:read"])

    assert refusal(create(token=token)) == (403, "SCOPE_EXCEEDED")
    wider = create(token=token, scopes=["members:read", "billing:read"])
    assert refusal(wider) == (403, "SCOPE_EXCEEDED")
    narrower = create(token=token, scopes=["members:read"])
    assert (narrower.status_code, narrower.json()["scopes"]) == (201, ["members:read"])
    assert len(rows(select(ApiToken))) == 2


def test_an_expiring_token_makes_none_that_outlives_it(create, make, ada, home):
    token = make.token(ada, home, expires_at=clock.now() + timedelta(days=10))

    assert refusal(create(token=token)) == (403, "SCOPE_EXCEEDED")
    assert refusal(create(token=token, expires_in_days=11)) == (403, "SCOPE_EXCEEDED")
    assert create(token=token, expires_in_days=9).status_code == 201


def test_a_bound_token_makes_only_bound_ones(create, make, ada, home):
    token = make.token(ada, home, organization_only=True)

    assert refusal(create(token=token)) == (403, "SCOPE_EXCEEDED")
    created = create(token=token, organization_only=True)
    assert (created.status_code, created.json()["organization_only"]) == (201, True)


def test_an_unlimited_token_may_make_any_other(create, make, ada, home):
    token = make.token(ada, home)

    assert create(token=token).status_code == 201


@pytest.mark.parametrize("organization_only", [False, True])
def test_other_organizations_are_reached_unless_the_token_is_bound(
    client, create, make, ada, home, organization_only
):
    second = make.organization(ada)
    token = create(organization_only=organization_only).json()["token"]

    answers = [
        client.call("get_organization", second.id, token=token),
        client.call("list_members", second.id, token=token),
        client.call("list_invitations", second.id, token=token),
        client.call("set_extra_seats", second.id, token=token, json={"extra_seats": 9}),
    ]

    wanted = 404 if organization_only else 200
    assert [answer.status_code for answer in answers] == [wanted] * 4
    assert client.call("get_organization", home.id, token=token).status_code == 200
    seen = client.call("list_organizations", token=token).json()
    assert [each["id"] for each in seen] == [home.id, second.id][: 1 if organization_only else 2]


@pytest.mark.example("TOKEN_BOUND")
def test_a_bound_token_makes_no_organization(client, make, ada, home):
    bound = make.token(ada, home, organization_only=True)

    created = client.call("create_organization", token=bound, json={"name": "New"})

    assert refusal(created) == (403, "TOKEN_BOUND")


def test_the_last_use_is_noted_at_most_once_a_minute(client, create, later):
    token = create().json()["token"]

    def used_at():
        client.call("get_profile", token=token)
        [moment] = rows(select(ApiToken.last_used_at))
        return moment

    assert rows(select(ApiToken.last_used_at)) == [None]
    first = used_at()
    assert abs(first - clock.now()) < timedelta(seconds=30)
    later(seconds=20)
    assert used_at() == first
    later(seconds=90)
    assert used_at() - first > timedelta(seconds=60)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": ["tokens:read", "tokens:read"]}, "/scopes"),
        ({"expires_in_days": 0}, "/expires_in_days"),
        ({"expires_in_days": 3651}, "/expires_in_days"),
    ],
    ids=str,
)
def test_a_token_nobody_can_mean_is_refused(create, fields, pointer):
    response = create(**fields)

    assert refusal(response) == (400, "INVALID_REQUEST")
    assert {each["pointer"] for each in response.json()["details"]} == {pointer}
    assert rows(select(ApiToken)) == []
