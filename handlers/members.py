"""Tag: Members."""

from typing import Any

from db import quick, transaction
from domain import access, members
from handlers import etags, shapes
from security.principal import Principal

Json = dict[str, Any]


def list_members(id: str, user: Principal, limit: int, offset: int) -> etags.Answer:
    with quick() as read:
        access.role_for(read, user, id, "read")
        rows = members.page(read, id, limit, offset)
    return etags.answer([shapes.member(row) for row in rows])


def change_member_role(id: str, userId: str, body: Json, user: Principal) -> Json:
    with transaction() as session:
        members.change_role(session, user, id, userId, body["role"])
        return shapes.member(members.one(session, id, userId))


def remove_member(id: str, userId: str, user: Principal) -> Json:
    with transaction() as session:
        home = members.remove(session, user, id, userId)
        return {
            "message": "User removed from organization; personal workspace created.",
            "new_org_id": home.id,
        }


def leave_organization(id: str, user: Principal) -> Json:
    with transaction() as session:
        home = members.leave(session, user, id)
        return {
            "message": "You left the organization; personal workspace created.",
            "new_org_id": home.id,
        }


def transfer_ownership(id: str, body: Json, user: Principal) -> Json:
    with transaction() as session:
        members.transfer(session, user, id, body["user_id"])
        return shapes.member(members.one(session, id, body["user_id"]))
