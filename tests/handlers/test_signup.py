from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

import clock
from models import EmailToken, Membership, Organization, OutboxMessage, User
from tests.factories import PASSWORD
from tests.stored import rows

ADA = {"email": "ada@example.com", "name": "Ada Lovelace", "password": PASSWORD}


@pytest.fixture
def register(client):
    def register(**fields):
        return client.call("register", json={**ADA, **fields})

    return register


@pytest.fixture
def status(client):
    def status(token):
        return client.call("get_signup_status", query={"token": token}).json()

    return status


@pytest.fixture
def verify(client):
    def verify(token):
        return client.call("verify_signup", json={"token": token})

    return verify


@pytest.fixture
def sign_in(client):
    def sign_in(email=ADA["email"], password=PASSWORD):
        return client.call("sign_in", json={"email": email, "password": password})

    return sign_in


def mails():
    return rows(select(OutboxMessage).order_by(OutboxMessage.id))


def mailed_token():
    """The token of the link in the newest mail."""
    return urlsplit(mails()[-1].facts["link"]).fragment.removeprefix("token=")


def refusal(response):
    return response.status_code, response.json()["code"]


def test_a_new_person_registers_follows_the_link_and_signs_in(register, verify, sign_in, client):
    registered = register(email="Ada@Example.com", name="  Ada Lovelace ")

    assert registered.status_code == 201
    assert registered.json() == {"message": "Check your email to verify your account"}
    [mail] = mails()
    assert (mail.kind, mail.recipient) == ("verify_signup", "ada@example.com")
    assert refusal(sign_in()) == (403, "EMAIL_NOT_VERIFIED")
    verified = verify(mailed_token())
    assert verified.json() == {"message": "Email verified. You can log in."}
    signed_in = sign_in("ADA@example.com").json()
    assert (signed_in["email"], signed_in["name"]) == ("ada@example.com", "Ada Lovelace")
    assert (signed_in["email_verified"], signed_in["is_admin"]) == (True, False)
    [organization] = client.call("list_organizations", token=signed_in["access_token"]).json()
    assert organization["name"] == "Ada Lovelace's workspace"
    assert (organization["plan"], organization["role"]) == ("free", "owner")


def test_neither_the_password_nor_the_link_can_be_read_from_the_database(register):
    register()

    [person] = rows(select(User))
    [link] = rows(select(EmailToken))
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(vars(person))
    assert mailed_token() not in str(vars(link))


def test_the_answer_does_not_tell_who_has_an_account(register, make):
    make.user("known@example.com")
    make.user("waiting@example.com", verified=False)

    answers = [register(email=f"{who}@example.com") for who in ("new", "known", "waiting")]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert [(mail.recipient, mail.kind) for mail in mails()] == [
        ("new@example.com", "verify_signup"),
        ("known@example.com", "account_exists"),
        ("waiting@example.com", "verify_signup"),
    ]
    assert len(rows(select(User))) == 3


def test_registering_a_known_address_leaves_its_account_as_it_is(register, make, sign_in):
    make.user(ADA["email"], password=PASSWORD)

    register(password="Another-Horse-8", name="Somebody Else")

    assert sign_in(password="Another-Horse-8").status_code == 401
    assert sign_in().json()["name"] != "Somebody Else"
    assert rows(select(Organization)) == []


def test_the_last_to_register_an_unproved_address_sets_its_password(register, verify, sign_in):
    """Who registers somebody's address before them must not share their account."""
    register(password="Intruders-Password-1", name="Intruder")
    register()

    verify(mailed_token())

    assert sign_in(password="Intruders-Password-1").status_code == 401
    assert sign_in().json()["name"] == ADA["name"]


@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("lowercase-7", ["needs an upper-case letter"]),
        ("UPPERCASE-7", ["needs a lower-case letter"]),
        ("Without-Digits", ["needs a digit"]),
        ("OnlyLetters7", ["needs a character that is neither letter nor digit"]),
        ("ÄÖÜäöüéèß", ["needs an upper-case letter", "needs a lower-case letter", "needs a digit"]),
    ],
)
def test_a_weak_password_is_told_what_it_lacks(register, password, reasons):
    response = register(password=password)

    assert refusal(response) == (400, "PASSWORD_TOO_WEAK")
    details = response.json()["details"]
    assert {each["pointer"] for each in details} == {"/password"}
    assert [each["reason"] for each in details][: len(reasons)] == reasons
    assert rows(select(User)) == mails() == []


def test_a_short_password_is_refused_by_the_contract(register):
    response = register(password="Ab-1234")

    assert refusal(response) == (400, "INVALID_REQUEST")
    assert response.json()["details"][0]["pointer"] == "/password"


@pytest.mark.example("REGISTRATION_CLOSED")
def test_closed_registration_takes_only_invited_addresses(register, configure, make):
    configure(registrations_enabled=False)
    make.invitation(make.organization(), "ada@example.com")

    assert refusal(register(email="other@example.com")) == (403, "REGISTRATION_CLOSED")
    assert register(email="Ada@example.com").status_code == 201
    assert [mail.recipient for mail in mails()] == ["ada@example.com"]


def test_an_invitation_that_is_over_does_not_open_closed_registration(
    register, configure, make, later
):
    configure(registrations_enabled=False)
    now = clock.now()
    make.invitation(make.organization(), "revoked@example.com", revoked_at=now, closed_at=now)
    make.invitation(make.organization(), "ada@example.com", days=7)
    later(days=8)

    assert refusal(register()) == (403, "REGISTRATION_CLOSED")
    assert register(email="revoked@example.com").status_code == 403
    assert mails() == []


def test_closed_registration_refuses_known_and_unknown_addresses_alike(register, configure, make):
    configure(registrations_enabled=False)
    make.user("known@example.com")

    bodies = [register(email=f"{who}@example.com").json() for who in ("known", "new")]

    assert all(body.pop("request_id") for body in bodies)
    assert bodies[0] == bodies[1]


@pytest.mark.example("VERIFICATION_LINK_USED")
def test_a_link_works_once(register, verify, status):
    register()
    token = mailed_token()

    assert status(token) == {"status": "valid", "email": "ada@example.com"}
    assert status(token)["status"] == "valid"  # asking changes nothing
    assert verify(token).status_code == 200
    assert status(token) == {"status": "used"}
    assert refusal(verify(token)) == (400, "VERIFICATION_LINK_USED")


@pytest.mark.example("VERIFICATION_LINK_EXPIRED")
def test_a_link_expires_after_a_day(register, verify, status, later):
    register()
    token = mailed_token()

    later(hours=23, minutes=59)
    assert status(token)["status"] == "valid"
    later(hours=24)
    assert status(token) == {"status": "expired", "email": "ada@example.com"}
    assert refusal(verify(token)) == (400, "VERIFICATION_LINK_EXPIRED")


@pytest.mark.example("VERIFICATION_LINK_INVALID")
def test_an_unknown_link_is_invalid(verify, status, client):
    assert status("unknown") == {"status": "invalid"}
    assert refusal(verify("unknown")) == (400, "VERIFICATION_LINK_INVALID")
    resent = client.call("resend_verification", json={"token": "unknown"})
    assert refusal(resent) == (400, "VERIFICATION_LINK_INVALID")


def test_an_expired_link_is_renewed_and_ends(register, verify, status, client, later):
    register()
    old = mailed_token()
    later(hours=30)

    resent = client.call("resend_verification", json={"token": old})

    assert resent.json() == {"message": "Verification email sent"}
    new = mailed_token()
    assert new != old
    assert status(old) == {"status": "invalid"}
    assert refusal(verify(old)) == (400, "VERIFICATION_LINK_INVALID")
    again = client.call("resend_verification", json={"token": old})
    assert refusal(again) == (400, "VERIFICATION_LINK_INVALID")
    assert verify(new).status_code == 200


def test_a_new_link_leaves_those_of_others_alone(register, status, client):
    register(email="other@example.com")
    others = mailed_token()
    register()

    client.call("resend_verification", json={"token": mailed_token()})

    assert status(others) == {"status": "valid", "email": "other@example.com"}


def test_a_verified_person_needs_no_new_link(register, verify, client):
    register()
    token = mailed_token()
    verify(token)

    response = client.call("resend_verification", json={"token": token})

    assert refusal(response) == (400, "VERIFICATION_LINK_USED")
    assert len(mails()) == 1


def test_the_holder_of_the_link_corrects_the_address(register, verify, sign_in, client):
    register(email="typo@example.com")
    old = mailed_token()

    client.call("resend_verification", json={"token": old, "newEmail": "Ada@example.com"})

    assert [mail.recipient for mail in mails()] == ["typo@example.com", "ada@example.com"]
    assert verify(old).status_code == 400
    assert verify(mailed_token()).status_code == 200
    assert sign_in("typo@example.com").status_code == 401
    assert sign_in().status_code == 200


@pytest.mark.example("EMAIL_UNAVAILABLE")
def test_an_address_is_not_corrected_to_one_that_is_taken(register, client, make, status):
    make.user("taken@example.com")
    register()
    token = mailed_token()

    response = client.call(
        "resend_verification", json={"token": token, "newEmail": "Taken@example.com"}
    )

    assert refusal(response) == (400, "EMAIL_UNAVAILABLE")
    assert response.json()["details"] == [{"pointer": "/newEmail", "reason": "cannot be used"}]
    assert status(token) == {"status": "valid", "email": "ada@example.com"}
    assert len(mails()) == 1


def test_a_link_is_sent_again_without_telling_who_has_an_account(register, client, make, status):
    register()
    old = mailed_token()
    make.user("verified@example.com")

    answers = [
        client.call("request_verification", json={"email": f"{who}@example.com"})
        for who in ("ADA", "verified", "unknown")
    ]

    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["emailChanged"] is False
    assert [mail.recipient for mail in mails()] == ["ada@example.com"] * 2
    assert status(old) == {"status": "invalid"}
    assert status(mailed_token())["status"] == "valid"


@pytest.mark.parametrize("proof", [{}, {"password": "Wrong-Horse-7"}])
def test_without_the_password_the_address_stays(register, client, status, proof):
    register()
    token = mailed_token()

    response = client.call(
        "request_verification",
        json={"email": "ada@example.com", "newEmail": "evil@example.com", **proof},
    )

    assert (response.status_code, response.json()["emailChanged"]) == (200, False)
    assert [mail.recipient for mail in mails()] == ["ada@example.com"]
    assert status(token) == {"status": "valid", "email": "ada@example.com"}


def test_the_right_password_corrects_the_address(register, client, verify, sign_in):
    register(email="typo@example.com")

    response = client.call(
        "request_verification",
        json={"email": "typo@example.com", "newEmail": "ada@example.com", "password": PASSWORD},
    )

    assert response.json()["emailChanged"] is True
    assert mails()[-1].recipient == "ada@example.com"
    verify(mailed_token())
    assert sign_in().status_code == 200


def test_the_right_password_does_not_take_the_address_of_another(register, client, make):
    make.user("taken@example.com")
    register()

    response = client.call(
        "request_verification",
        json={"email": "ada@example.com", "newEmail": "taken@example.com", "password": PASSWORD},
    )

    assert refusal(response) == (400, "EMAIL_UNAVAILABLE")
    assert sorted(rows(select(User.email))) == ["ada@example.com", "taken@example.com"]


def test_a_verified_address_is_not_corrected(client, make):
    make.user(ADA["email"], password=PASSWORD)

    response = client.call(
        "request_verification",
        json={"email": "ada@example.com", "newEmail": "new@example.com", "password": PASSWORD},
    )

    assert response.json()["emailChanged"] is False
    assert (rows(select(User.email)), mails()) == (["ada@example.com"], [])


def test_a_refused_registration_leaves_nothing_behind(register, configure):
    configure(registrations_enabled=False)

    register()

    counts = [rows(select(func.count()).select_from(each)) for each in (User, Membership)]
    assert counts == [[0], [0]]
