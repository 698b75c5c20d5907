"""Tag: Teams."""

from typing import Any

from db import quick, reading, transaction
from domain import teams
from handlers import shapes
from security.principal import Principal

Json = dict[str, Any]


def list_teams(user: Principal, limit: int = 500, offset: int = 0) -> list[Json]:
    with quick() as read:
        return [shapes.team(row) for row in teams.mine(read, user, limit, offset)]


def list_all_teams(user: Principal, limit: int = 500, offset: int = 0) -> list[Json]:
    with reading() as session:
        return [shapes.counted_team(row) for row in teams.page(session, user, limit, offset)]


def create_team(body: Json, user: Principal) -> tuple[Json, int, dict[str, str]]:
    with transaction() as session:
        team = teams.create(session, user, body)
        return shapes.team(team), 201, {"Location": f"/api/admin/teams/{team.id}"}


def get_team(id: str, user: Principal) -> Json:
    with reading() as session:
        return shapes.team_with_members(*teams.one(session, user, id))


def update_team(id: str, body: Json, user: Principal) -> Json:
    with transaction() as session:
        return shapes.team(teams.change(session, user, id, body))


def delete_team(id: str, user: Principal) -> Json:
    with transaction() as session:
        teams.delete(session, user, id)
    return {"message": "Team deleted"}


def add_team_member(id: str, body: Json, user: Principal) -> Json:
    with transaction() as session:
        teams.add(session, user, id, body["user_id"])
    return {"message": "User added to team"}


def remove_team_member(id: str, userId: str, user: Principal) -> Json:
    with transaction() as session:
        teams.take_out(session, user, id, userId)
    return {"message": "User removed from team"}


def list_teams_of_user(id: str, user: Principal) -> list[Json]:
    with reading() as session:
        return [shapes.team(row) for row in teams.of_member(session, user, id)]
