"""Tag: Signup."""

from typing import Any

import config
from db import reading, transaction
from domain import sessions, signup
from handlers import cookies
from security import caller
from security.passwords import hash_password

Json = dict[str, Any]


def register(body: Json) -> tuple[Json, int]:
    signup.require_strong(body["password"])
    password_hash = hash_password(body["password"])  # slow: before the transaction, not in it
    is_open = config.settings().registrations_enabled
    with transaction() as session:
        signup.register(session, body["email"], body["name"], password_hash, is_open=is_open)
    return {"message": "Check your email to verify your account"}, 201


def verify_signup(body: Json) -> Json:
    with transaction() as session:
        signup.verify(session, body["token"])
    return {"message": "Email verified. You can log in."}


def get_signup_status(token: str) -> Json:
    with reading() as session:
        status, email = signup.link_status(session, token)
    return {"status": status} if email is None else {"status": status, "email": email}


def resend_verification(body: Json) -> Json:
    with transaction() as session:
        signup.resend(session, body["token"], body.get("newEmail"))
    return {"message": "Verification email sent"}


def request_verification(body: Json) -> Json:
    with reading() as session:
        known = sessions.credentials_of(session, body["email"])
    has_proof = "password" in body and sessions.is_password_of(known, body["password"])
    with transaction() as session:
        changed = signup.request(session, body["email"], body.get("newEmail"), has_proof=has_proof)
    return {
        "message": "If an unverified account has this address, a new link is on its way.",
        "emailChanged": changed,
    }


def set_up(body: Json) -> tuple[Json, int, dict[str, str]]:
    signup.require_strong(body["password"])
    password_hash = hash_password(body["password"])  # slow: before the transaction, not in it
    with transaction() as session:
        person = signup.set_up(session, body["email"], body["name"], password_hash)
        started = sessions.start(session, person, caller.header("user-agent"))
        return cookies.sign_in(person, started)


def get_setup_status() -> Json:
    with reading() as session:
        return {"initialized": signup.is_set_up(session)}
