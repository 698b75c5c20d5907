"""Tag: Teams."""

from typing import Any

from db import quick, reading, transaction
from domain import teams
from domain.paging import Span
from handlers import etags, library_shapes, shapes
from security.principal import Principal

Json = dict[str, Any]


def list_teams(
    user: Principal, offset: int, limit: int | None = None, cursor: str | None = None
) -> etags.Answer:
    with quick() as read:
        found = teams.mine(read, user, Span(limit, offset, cursor))
    return etags.answer(library_shapes.listed(found, shapes.team))


def list_all_teams(
    user: Principal, offset: int, limit: int | None = None, cursor: str | None = None
) -> etags.Answer:
    with reading() as session:
        found = teams.every(session, user, Span(limit, offset, cursor))
    return etags.answer(library_shapes.listed(found, shapes.counted_team))


def create_team(body: Json, user: Principal) -> tuple[Json, int, dict[str, str]]:
    with transaction() as session:
        team = teams.create(session, user, body)
        return shapes.team(team), 201, {"Location": f"/api/admin/teams/{team.id}"}


def get_team(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        team, members = teams.one(session, user, id)
        return etags.answer(shapes.team_with_members(team, members), team.version)


def update_team(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        team = teams.to_change(session, user, id)
        etags.require_match(team.version)
        teams.change(session, team, body)
        return etags.answer(shapes.team(team), team.version)


def delete_team(id: str, user: Principal) -> Json:
    with transaction() as session:
        team = teams.to_change(session, user, id)
        etags.require_match(team.version)
        session.delete(team)  # with it go its shares
    return {"message": "Team deleted"}


def add_team_member(id: str, body: Json, user: Principal) -> Json:
    with transaction() as session:
        teams.add(session, user, id, body["user_id"])
    return {"message": "User added to team"}


def remove_team_member(id: str, userId: str, user: Principal) -> Json:
    with transaction() as session:
        teams.take_out(session, user, id, userId)
    return {"message": "User removed from team"}


def list_teams_of_user(
    id: str, user: Principal, offset: int, limit: int | None = None, cursor: str | None = None
) -> etags.Answer:
    with reading() as session:
        found = teams.of_member(session, user, id, Span(limit, offset, cursor))
    return etags.answer(library_shapes.listed(found, shapes.team))
