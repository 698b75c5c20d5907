"""With whom a bookmark or a folder is shared, and how its owner changes that."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

import clock
from domain import access, plans
from domain.sharing import library
from domain.sharing.visibility import is_live
from errors import Forbidden, Invalid, NotFound
from models import Bookmark, Folder, Membership, Organization, Share, TeamMember
from security.principal import Principal

Item = Bookmark | Folder
Column = InstrumentedAttribute[str | None]


class GranteeUnclear(Invalid):
    error = "A share is for one person or one team."


class ExpiryUnclear(Invalid):
    error = "This is no time at which a share can end."


class NotInTeam(Forbidden):
    code = "NOT_IN_TEAM"
    message = "Share with teams you belong to; `GET /api/teams` lists them."

    def __init__(self, team_id: str) -> None:
        super().__init__()
        self.error = f"You are not a member of team {team_id}."


class UserUnknown(NotFound):
    code = "USER_UNKNOWN"
    message = "Name members of this organization; `GET /api/users/for-sharing` lists them."

    def __init__(self, user_id: str) -> None:
        super().__init__()
        self.error = f"User {user_id} not found."


def replace(
    session: Session,
    user: Principal,
    item: Item,
    *,
    team_ids: Collection[str] | None = None,
    user_ids: Collection[str] | None = None,
    all_teams: bool = False,
) -> None:
    """Share with exactly these, to read; None leaves those of its kind as they are.

    Who is named and has the item already keeps it as it was given. `all_teams` are those the
    caller is in now. Checks everything before it writes.
    """
    if team_ids is None and user_ids is None and not all_teams:
        return
    library.require_owner(user, item)
    session.flush()  # a new item gets its id
    if all_teams or team_ids:
        plans.require_team(session.get_one(Organization, item.organization_id))
    if all_teams:
        team_ids = my_teams(session, user)
    people = None if user_ids is None else [each for each in user_ids if each != user.user_id]
    standing = _standing(session, item)
    require_my_teams(session, user, set(team_ids or ()) - standing)
    require_members(session, item.organization_id, set(people or ()) - standing)
    for column, wanted in ((Share.team_id, team_ids), (Share.user_id, people)):
        if wanted is not None:
            _end_all_but(session, item, column, standing.intersection(wanted))
            session.add_all(
                Share(**key_of(item), **{column.key: each}, shared_by=user.user_id)
                for each in sorted(set(wanted) - standing)
            )


def give(
    session: Session, user: Principal, item: Item, wanted: Mapping[str, Any]
) -> tuple[Share, bool]:
    """The one share, and whether it is new. The item is the caller's, and locked."""
    grantee, expires_at = _grantee(user, wanted), _expires_at(wanted)
    if "team_id" in grantee:
        plans.require_team(session.get_one(Organization, item.organization_id))
    share = session.scalar(select(Share).filter_by(**key_of(item), **grantee))
    if share is not None and share.expires_at is not None and share.expires_at <= clock.now():
        session.delete(share)
        session.flush()  # makes room for the new one
        share = None
    is_new = share is None
    if share is None:
        if "team_id" in grantee:
            require_my_teams(session, user, grantee.values())
        else:
            require_members(session, item.organization_id, grantee.values())
        share = Share(**key_of(item), **grantee, shared_by=user.user_id)
        session.add(share)
    share.access, share.expires_at = wanted["access"], expires_at
    session.flush()  # the caller shows it
    return share, is_new


def give_all(
    session: Session, user: Principal, bookmarks: Sequence[Bookmark], wanted: Mapping[str, Any]
) -> None:
    """The same share of each of the caller's bookmarks, which are locked."""
    grantee, expires_at = _grantee(user, wanted), _expires_at(wanted)
    organization_id = access.current_organization_id(user)
    if "team_id" in grantee:
        plans.require_team(session.get_one(Organization, organization_id))
        require_my_teams(session, user, grantee.values())
    else:
        require_members(session, organization_id, grantee.values())
    ids = [each.id for each in bookmarks]
    own = select(Share).filter_by(organization_id=organization_id, **grantee)
    present = {
        each.bookmark_id: each for each in session.scalars(own.where(Share.bookmark_id.in_(ids)))
    }
    for bookmark in bookmarks:
        share = present.get(bookmark.id)
        if share is None:
            share = Share(**key_of(bookmark), **grantee, shared_by=user.user_id)
            session.add(share)
        share.access, share.expires_at = wanted["access"], expires_at


def end(session: Session, item: Item, share_id: str) -> None:
    share = session.get(Share, (item.organization_id, share_id))
    if share is None or item.id not in (share.bookmark_id, share.folder_id):
        raise NotFound
    session.delete(share)


def _grantee(user: Principal, wanted: Mapping[str, Any]) -> dict[str, str]:
    named = {key: wanted[key] for key in ("user_id", "team_id") if key in wanted}
    if len(named) != 1:
        reason = "name one of user_id and team_id"
        raise GranteeUnclear(details=[{"pointer": "", "reason": reason}])
    if named.get("user_id") == user.user_id:
        raise GranteeUnclear(details=[{"pointer": "/user_id", "reason": "is its owner"}])
    return named


def _expires_at(wanted: Mapping[str, Any]) -> datetime | None:
    if "expires_in_days" in wanted:
        if "expires_at" in wanted:
            reason = "name one of expires_at and expires_in_days"
            raise ExpiryUnclear(details=[{"pointer": "", "reason": reason}])
        return clock.now() + timedelta(days=wanted["expires_in_days"])
    if "expires_at" not in wanted:
        return None
    try:
        expires_at = datetime.fromisoformat(wanted["expires_at"]).astimezone(UTC)
    except (ValueError, OverflowError):
        expires_at = clock.now()
    if expires_at <= clock.now():
        reason = "is not a time to come"
        raise ExpiryUnclear(details=[{"pointer": "/expires_at", "reason": reason}])
    return expires_at


def key_of(item: Item) -> dict[str, str]:
    column = "folder_id" if isinstance(item, Folder) else "bookmark_id"
    return {"organization_id": item.organization_id, column: item.id}


def is_of(item: Item) -> ColumnElement[bool]:
    """For a query of more than shares."""
    return and_(*(getattr(Share, name) == value for name, value in key_of(item).items()))


def require_my_teams(session: Session, user: Principal, team_ids: Collection[str]) -> None:
    if not team_ids:
        return
    if missing := sorted(set(team_ids).difference(my_teams(session, user))):
        raise NotInTeam(missing[0])


def require_members(session: Session, organization_id: str, user_ids: Collection[str]) -> None:
    """Keeps them members until the transaction ends: a share refers to the membership."""
    if not user_ids:
        return
    members = session.scalars(
        select(Membership.user_id)
        .where(Membership.organization_id == organization_id, Membership.user_id.in_(user_ids))
        .order_by(Membership.user_id)
        .with_for_update(read=True, key_share=True)
    )
    if missing := sorted(set(user_ids).difference(members)):
        raise UserUnknown(missing[0])


def my_teams(session: Session, user: Principal) -> list[str]:
    """Locked in the same way."""
    return list(
        session.scalars(
            select(TeamMember.team_id)
            .where(
                TeamMember.organization_id == access.current_organization_id(user),
                TeamMember.user_id == user.user_id,
            )
            .order_by(TeamMember.team_id)
            .with_for_update(read=True, key_share=True)
        )
    )


def _standing(session: Session, item: Item) -> set[str]:
    """Ids of the teams and people who have it now."""
    live = select(Share.team_id, Share.user_id).filter_by(**key_of(item))
    found = session.execute(live.where(is_live(clock.now())))
    return {each for pair in found for each in pair if each}


def _end_all_but(session: Session, item: Item, column: Column, kept: Iterable[str]) -> None:
    """Those that have expired end too, so that they can be given anew."""
    session.execute(
        delete(Share)
        .filter_by(**key_of(item))
        .where(
            column.is_not(None),
            or_(column.not_in(kept), Share.expires_at <= clock.now()),
        )
        .execution_options(synchronize_session=False)
    )
