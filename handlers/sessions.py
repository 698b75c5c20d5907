"""Tag: Sessions."""

from typing import Any

from db import quick, reading, short_read, transaction
from domain import access, sessions
from handlers import cookies, etags, shapes
from security import caller
from security.principal import Principal

Json = dict[str, Any]
JsonAndCookie = tuple[Json, int, dict[str, str]]


def sign_in(body: Json) -> JsonAndCookie:
    with reading() as session:
        known = sessions.credentials_of(session, body["email"])
    # Hashing is slow, so no transaction is open while it goes on.
    person_id = sessions.require_password(known, body["password"])
    with transaction() as session:
        return cookies.sign_in(*sessions.start_for(session, person_id, caller.header("user-agent")))


def sign_out(user: Principal | None = None) -> JsonAndCookie:
    if user is not None and user.session_id is not None:
        with transaction() as session:
            sessions.end(session, user, user.session_id)
    return {"message": "Logged out"}, 200, cookies.no_token()


def refresh_session(user: Principal) -> JsonAndCookie:
    with transaction() as session:
        return cookies.sign_in(*sessions.renew(session, user))


@short_read
def get_current_user(user: Principal) -> etags.Answer:
    organization_id = access.current_organization_id(user)
    with quick() as read:
        role = access.role_for(read, user, organization_id, "read")
        person = access.person(read, user)
    return etags.answer(shapes.current_user(person, organization_id, role))


def list_sign_in_providers() -> list[Json]:
    return []  # until identity providers can be connected there are none


def list_sessions(user: Principal) -> etags.Answer:
    with reading() as session:
        rows = sessions.live(session, user)
        return etags.answer([shapes.user_session(each, user.session_id) for each in rows])


def end_other_sessions(user: Principal) -> Json:
    with transaction() as session:
        return {"ended": sessions.end_others(session, user)}


def end_session(id: str, user: Principal) -> Json:
    with transaction() as session:
        sessions.end(session, user, id)
    return {"message": "Session ended"}


async def get_current_organization(user: Principal) -> etags.Answer:
    return etags.answer({"organizationId": access.current_organization_id(user)})


def choose_organization(body: Json, user: Principal) -> Json:
    with transaction() as session:
        return {
            "organizationId": sessions.choose_organization(session, user, body["organizationId"])
        }
