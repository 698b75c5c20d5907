"""Tag: Organizations."""

from typing import Any

from db import reading, transaction
from domain import access, organizations
from handlers import etags, shapes
from security.principal import Principal

Json = dict[str, Any]


def list_organizations(user: Principal) -> etags.Answer:
    with reading() as session:
        rows = organizations.of_person(session, user)
        return etags.answer([shapes.membership(*row) for row in rows])


def create_organization(body: Json, user: Principal) -> tuple[Json, int, dict[str, str]]:
    with transaction() as session:
        access.require_whole_account(user)
        row, own = organizations.found(session, user.user_id, body["name"].strip())
        location = {"Location": f"/api/organizations/{row.id}"}
        return shapes.organization(row, own), 201, location


def get_organization(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        found = access.organization_for(session, user, id, "read")
        return etags.answer(shapes.organization(*found))


def update_organization(id: str, body: Json, user: Principal) -> Json:
    with transaction() as session:
        return shapes.organization(*organizations.rename(session, user, id, body["name"]))


def delete_organization(id: str, user: Principal) -> Json:
    with transaction() as session:
        organizations.delete(session, user, id)
    return {"message": "Organization deleted"}
