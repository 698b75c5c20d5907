import base64
import json
from datetime import timedelta

import jwt
import pytest
from pydantic import SecretStr
from sqlalchemy import select

import clock
import config
import db
from models import UserSession
from security import access_tokens
from tests.stored import rows

DELETED = "token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


@pytest.fixture
def session(make, ada, home):
    return make.session(ada)


@pytest.fixture
def create(client):
    """An unsafe operation: `create(cookie=…)`."""

    def create(**options):
        return client.call("create_organization", json={"name": "New"}, **options)

    return create


@pytest.fixture
def csrf_token(client):
    return client.call("get_csrf_token").json()["csrfToken"]


@pytest.fixture
def forged(ada, session):
    """Signs claims that are right but for the changes; None takes one out."""

    def forged(key=None, algorithm="HS256", kid=None, **changes):
        [session_id] = rows(select(UserSession.id))
        now = int(clock.now().timestamp())
        claims = {"sub": ada.id, "sid": session_id, "iat": now, "exp": now + 600}
        claims |= {"iss": "slugbase", "aud": "slugbase", **changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        key = config.settings().signing_keys()[0] if key is None else key
        headers = {"kid": kid or jwt.get_unverified_header(session)["kid"]}
        return jwt.encode(claims, key, algorithm, headers=headers)

    return forged


def refusal(response):
    return response.status_code, response.json()["code"]


def refused(response, code="UNAUTHORIZED"):
    return refusal(response) == (401, code) and response.headers["www-authenticate"] == "Bearer"


def unsigned(claims, header):
    parts = (base64.urlsafe_b64encode(json.dumps(each).encode()) for each in (header, claims))
    return b".".join(part.rstrip(b"=") for part in parts).decode() + "."


def test_an_access_token_is_welcome_in_the_header_and_in_the_cookie(client, session, ada):
    for credential in ({"token": session}, {"cookie": f"token={session}"}):
        assert client.call("get_profile", **credential).json()["id"] == ada.id
    both = client.call("get_profile", token=session, cookie=f"token={session}")
    assert both.status_code == 200


def test_without_a_credential_nobody_is_signed_in(client):
    response = client.call("get_profile")

    assert refused(response)
    assert "set-cookie" not in response.headers


def test_a_token_forged_by_the_rules_of_these_tests_is_accepted(client, forged):
    """Without this, the refusals below would prove nothing."""
    assert client.call("get_profile", token=forged()).status_code == 200


@pytest.mark.parametrize("claim", ["sub", "sid", "iat", "exp", "iss", "aud"])
def test_every_claim_is_needed(client, forged, claim):
    assert refused(client.call("get_profile", token=forged(**{claim: None})))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": "tomorrow"},
        {"iss": "somebody"},
        {"aud": "somebody"},
        {"sid": 7},
        {"sid": "0192f0c1-0000-7000-8000-000000000000"},
        {"sub": "0192f0c1-0000-7000-8000-000000000000"},
        {"key": "another key that is long enough for the algorithm"},
        {"kid": "unknown"},
        {"algorithm": "HS512"},
        {"algorithm": "none", "key": ""},
    ],
    ids=str,
)
def test_a_forged_token_is_refused(client, forged, changes):
    assert refused(client.call("get_profile", token=forged(**changes)))


def test_a_token_that_says_it_needs_no_signature_is_refused(client, forged, session):
    header = {**jwt.get_unverified_header(session), "alg": "none"}
    claims = jwt.decode(forged(), options={"verify_signature": False})

    assert refused(client.call("get_profile", token=unsigned(claims, header)))


def test_a_token_whose_claims_were_changed_is_refused(client, make, session):
    head, _, signature = session.split(".")
    _, others_claims, _ = make.session(make.user()).split(".")

    assert refused(client.call("get_profile", token=f"{head}.{others_claims}.{signature}"))


@pytest.mark.parametrize(
    "garbage", ["x", "a.b.c", "....", "sb_", "sb_unknown", "e30.e30.e30", "sb_" + "a" * 4000]
)
def test_garbage_is_refused(client, garbage):
    assert refused(client.call("get_profile", token=garbage))


def test_other_ways_to_authenticate_are_refused(client, session):
    for value in (f"Basic {session}", session, "Bearer"):
        response = client.call("get_profile", headers={"Authorization": value})
        assert refused(response), value


def test_a_session_that_expired_in_the_database_is_refused_whatever_the_token_says(
    client, forged, later
):
    token = forged(exp=int((clock.now() + timedelta(days=365)).timestamp()))
    assert client.call("get_profile", token=token).status_code == 200

    later(days=7, seconds=1)

    assert refused(client.call("get_profile", token=token))


def test_a_token_expires_whatever_the_database_says(client, forged, later):
    token = forged()
    assert client.call("get_profile", token=token).status_code == 200

    later(minutes=11)

    assert refused(client.call("get_profile", token=token))


@pytest.fixture
def sign_with(configure):
    """Gives the server other signing keys until the test ends."""

    def sign_with(*keys):
        configure(jwt_secrets=SecretStr(",".join(keys)))
        forget()

    def forget():
        access_tokens._keys.cache_clear()
        access_tokens._signed_claims.cache_clear()

    yield sign_with
    forget()


def test_an_older_signing_key_is_good_until_it_is_taken_away(client, session, sign_with):
    [old] = config.settings().signing_keys()
    new = "a new signing key that is long enough for the algorithm"

    sign_with(new, old)
    renewed = client.call("refresh_session", token=session).json()["access_token"]
    sign_with(new)

    assert client.call("get_profile", token=renewed).status_code == 200
    assert refused(client.call("get_profile", token=session))


def test_the_account_ends_all_its_credentials(client, make, ada, home, session):
    token = make.token(ada, home)
    with db.transaction() as transaction:
        transaction.delete(transaction.get_one(type(ada), ada.id))

    assert refused(client.call("get_profile", token=session))
    assert refused(client.call("get_profile", token=token))


@pytest.mark.parametrize("cookie", ["token=stale", "token=", "a=b; token=x.y.z; c=d"])
def test_a_bad_cookie_is_refused_and_deleted(client, cookie):
    response = client.call("get_profile", cookie=cookie)

    assert refused(response, "COOKIE_INVALID")
    assert response.headers["set-cookie"] == DELETED


def test_a_bad_cookie_spoils_a_good_bearer(client, make, ada, home, session):
    for token in (session, make.token(ada, home)):
        response = client.call("get_profile", token=token, cookie="token=stale")
        assert refused(response, "COOKIE_INVALID")
        assert response.headers["set-cookie"] == DELETED


def test_a_bad_bearer_is_not_saved_by_a_good_cookie_of_another_kind(client, make, ada, home):
    """An API token is a Bearer only; as a cookie it is nothing."""
    token = make.token(ada, home)

    assert refused(client.call("get_profile", cookie=f"token={token}"), "COOKIE_INVALID")


def test_an_odd_cookie_of_another_site_does_not_hide_ours(client, session):
    response = client.call("get_profile", cookie=f'x="{{"a": 1}}"; é; token={session}'.encode())

    assert response.status_code == 200


def test_a_cookie_needs_the_csrf_token_to_change_something(create, session, csrf_token):
    both = f"token={session}; _csrf={csrf_token}"

    assert refusal(create(cookie=f"token={session}")) == (403, "CSRF_FAILED")
    assert refusal(create(cookie=both)) == (403, "CSRF_FAILED")
    wrong = create(cookie=both, headers={"X-CSRF-Token": "0" * 64})
    assert refusal(wrong) == (403, "CSRF_FAILED")
    alone = create(cookie=f"token={session}", headers={"X-CSRF-Token": csrf_token})
    assert refusal(alone) == (403, "CSRF_FAILED")
    right = create(cookie=both, headers={"X-CSRF-Token": csrf_token})
    assert right.status_code == 201


def test_an_empty_csrf_cookie_does_not_match_an_empty_header(create, session):
    response = create(cookie=f"token={session}; _csrf=", headers={"X-CSRF-Token": ""})

    assert refusal(response) == (403, "CSRF_FAILED")


def test_reading_by_cookie_and_changing_by_bearer_need_no_csrf_token(client, create, session):
    assert client.call("get_profile", cookie=f"token={session}").status_code == 200
    assert create(token=session).status_code == 201


def test_a_csrf_token_lasts_as_long_as_its_cookie(client, csrf_token):
    again = client.call("get_csrf_token", cookie=f"_csrf={csrf_token}")

    assert again.json() == {"csrfToken": csrf_token}
    assert again.headers["set-cookie"] == (
        f"_csrf={csrf_token}; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict"
    )


def test_a_csrf_cookie_that_is_not_ours_is_replaced(client, csrf_token):
    answers = {
        client.call("get_csrf_token", cookie=f"_csrf={chosen}").json()["csrfToken"]
        for chosen in ("guess", "0" * 63, "Z" * 64, csrf_token.upper())
    }

    assert len(answers) == 4
    assert csrf_token not in answers


def test_a_bad_bearer_token_beside_a_good_cookie_is_refused(client, session):
    response = client.call("get_current_user", token="sb_unknown", cookie=f"token={session}")

    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHORIZED")


def test_another_scheme_beside_a_good_cookie_is_a_proxys_business(client, session):
    response = client.call(
        "get_current_user",
        headers={"Authorization": "Basic YTpi", "Cookie": f"token={session}"},
    )

    assert response.status_code == 200
