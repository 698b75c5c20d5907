"""Tag: Profile."""

from typing import Any

from db import reading, transaction
from domain import access, accounts, signup
from handlers import cookies, etags, shapes
from security.passwords import hash_password
from security.principal import Principal

Json = dict[str, Any]


def get_profile(user: Principal) -> etags.Answer:
    with reading() as session:
        return etags.answer(shapes.profile(access.account(session, user)))


def update_profile(body: Json, user: Principal) -> Json:
    with transaction() as session:
        return shapes.profile(accounts.change(session, user, body))


def delete_account(user: Principal) -> tuple[Json, int, dict[str, str]]:
    with transaction() as session:
        accounts.delete(session, user)
    return {"message": "Account deleted"}, 200, cookies.no_token()


def change_password(body: Json, user: Principal) -> Json:
    signup.require_strong(body["new_password"], "/new_password")
    with reading() as session:
        known = accounts.password_hash_of(session, user)
    # Hashing is slow, so no transaction is open while it goes on.
    accounts.require_current_password(known, body["current_password"])
    password_hash = hash_password(body["new_password"])
    with transaction() as session:
        accounts.change_password(session, user, password_hash)
    return {"message": "Password changed"}


def get_account_deletability(user: Principal) -> etags.Answer:
    with reading() as session:
        names = accounts.held_back_by(session, user)
    if not names:
        return etags.answer({"allowed": True})
    return etags.answer({"allowed": False, "message": accounts.SoleOwner(names).message})
