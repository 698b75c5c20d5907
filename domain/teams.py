"""Teams: groups of members that things are shared with at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain import access, plans
from domain.cursors import Order, Page
from domain.paging import Paged, Span
from domain.sharing.sharing import require_members
from errors import Invalid, NotFound
from models import Membership, Organization, Team, TeamMember, User
from prepared import Reader, within
from security.principal import Principal

_HERE = Team.organization_id == bindparam("organization_id")
_IS_IN = and_(
    TeamMember.organization_id == Team.organization_id,
    TeamMember.team_id == Team.id,
    TeamMember.user_id == bindparam("user_id"),
)
_OF_PERSON = Paged(
    select(*Team.__table__.columns).join(TeamMember, _IS_IN).where(_HERE),
    Order(Team.name, Team.id),
)
_SIZE = (
    select(func.count())
    .where(TeamMember.organization_id == Team.organization_id, TeamMember.team_id == Team.id)
    .scalar_subquery()
)
_ALL = Paged(
    select(*Team.__table__.columns, _SIZE.label("member_count")).where(_HERE),
    Order(Team.created_at, Team.id, descending=True),
)


class TeamNameTaken(Invalid):
    code = "TEAM_NAME_TAKEN"
    error = "Team with this name already exists"
    message = "Choose another name: it is unique in the organization."


class AlreadyInTeam(Invalid):
    code = "ALREADY_IN_TEAM"
    error = "User is already in this team"
    message = "Nothing is left to do."


def mine(read: Reader, user: Principal, span: Span) -> Sequence[Any] | Page:
    """By name."""
    return _of_person(read, access.current_organization_id(user), user.user_id, span)


def of_member(
    session: Session, user: Principal, member_id: str, span: Span
) -> Sequence[Any] | Page:
    organization = _organization(session, user)
    if session.get(Membership, (organization.id, member_id)) is None:
        raise NotFound
    return _of_person(within(session), organization.id, member_id, span)


def every(session: Session, user: Principal, span: Span) -> Sequence[Any] | Page:
    """Newest first, with the number of members."""
    organization = _organization_with_teams(session, user)
    return _ALL.of(within(session), span, organization_id=organization.id)


def one(session: Session, user: Principal, team_id: str) -> tuple[Team, Sequence[Any]]:
    """With its members, by name."""
    team = _team(session, user, team_id)
    members = session.execute(
        select(User.id, User.email, User.name, User.is_admin)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(TeamMember.organization_id == team.organization_id, TeamMember.team_id == team.id)
        .order_by(User.name, User.id)
    )
    return team, members.all()


def create(session: Session, user: Principal, wanted: Mapping[str, Any]) -> Team:
    organization = _organization_with_teams(session, user)
    team = Team(organization_id=organization.id, **_cleaned(wanted))
    _save(session, team)
    return team


def to_change(session: Session, user: Principal, team_id: str) -> Team:
    """Nobody else changes it or who is in it until the transaction ends."""
    return _team(session, user, team_id, lock=True)


def change(session: Session, team: Team, changes: Mapping[str, Any]) -> None:
    for field, value in _cleaned(changes).items():
        setattr(team, field, value)
    if session.is_modified(team):
        team.version += 1
    _save(session, team)


def add(session: Session, user: Principal, team_id: str, user_id: str) -> None:
    team = to_change(session, user, team_id)
    require_members(session, team.organization_id, [user_id])
    key = (team.organization_id, team.id, user_id)
    if session.get(TeamMember, key) is not None:
        raise AlreadyInTeam
    session.add(TeamMember(organization_id=team.organization_id, team_id=team.id, user_id=user_id))


def take_out(session: Session, user: Principal, team_id: str, user_id: str) -> None:
    team = to_change(session, user, team_id)
    member = session.get(TeamMember, (team.organization_id, team.id, user_id))
    if member is None:
        raise NotFound
    session.delete(member)


def _of_person(
    read: Reader, organization_id: str, user_id: str, span: Span
) -> Sequence[Any] | Page:
    return _OF_PERSON.of(read, span, organization_id=organization_id, user_id=user_id)


def _organization(session: Session, user: Principal) -> Organization:
    current = access.current_organization_id(user)
    return access.organization_for(session, user, current, "manage_teams")[0]


def _organization_with_teams(session: Session, user: Principal) -> Organization:
    organization = _organization(session, user)
    plans.require_team(organization)
    return organization


def _team(session: Session, user: Principal, team_id: str, *, lock: bool = False) -> Team:
    organization = _organization_with_teams(session, user)
    found = session.get(Team, (organization.id, team_id), with_for_update=lock)
    if found is None:
        raise NotFound
    return found


def _save(session: Session, team: Team) -> None:
    try:
        with session.begin_nested():
            session.add(team)
    except IntegrityError:
        raise TeamNameTaken from None


def _cleaned(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value and value.strip() for key, value in fields.items()}
