"""The people of demo-data: members, teams, folders, tags, and what they show each other."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

import clock
from domain import api_tokens
from models import (
    Folder,
    FolderAncestor,
    Membership,
    Organization,
    Share,
    Tag,
    Team,
    TeamMember,
    User,
)
from models.base import new_id
from models.bookmark import sort_key
from security.principal import Principal

FOLDERS, TAGS, TEAMS = 24, 30, 5
SHARED = 6  # bookmarks of each person, with the owner


class Library(NamedTuple):
    user_id: str
    folder_ids: list[str]
    tag_ids: list[str]


class People(NamedTuple):
    organization_id: str
    token: str  # the owner's, who is the first
    team_ids: list[str]
    libraries: list[Library]


def settle(session: Session, email: str, people: int, chance: random.Random) -> People:
    organization = Organization(
        id=new_id(), name="Demo", plan="team", included_seats=5, extra_seats=people
    )
    owner, *others = users = [_person(email, number) for number in range(people)]
    teams = [
        Team(organization_id=organization.id, id=new_id(), name=f"Team {number + 1}")
        for number in range(TEAMS)
    ]
    session.add_all([organization, *users, *teams])
    session.flush()  # what follows refers to them
    session.add_all(_membership(organization, person, person is owner) for person in users)
    session.flush()
    session.add_all(_team_member(team, owner) for team in teams[:2])
    session.add_all(_team_member(chance.choice(teams), person) for person in others)
    libraries = [_library(session, organization.id, person.id) for person in users]
    session.flush()
    for library in libraries[1:6]:
        for folder_id in chance.sample(library.folder_ids, k=2):
            team = chance.choice(teams[:2])
            session.add(
                Share(
                    organization_id=organization.id,
                    folder_id=folder_id,
                    team_id=team.id,
                    shared_by=library.user_id,
                )
            )
    principal = Principal(owner.id, organization.id)
    _, token = api_tokens.create(session, principal, "demo", None, None, False)
    return People(organization.id, token, [team.id for team in teams], libraries)


def share_some(
    session: Session, made: People, library: Library, ids: Sequence[str], chance: random.Random
) -> None:
    """However large the library is: people do not share more because they have more."""
    owner = made.libraries[0]
    if library is owner:
        return
    session.add_all(
        Share(
            organization_id=made.organization_id,
            bookmark_id=each,
            user_id=owner.user_id,
            shared_by=library.user_id,
        )
        for each in chance.sample(ids, k=min(SHARED, len(ids)))
    )


def _person(email: str, number: int) -> User:
    local, _, domain = email.partition("@")
    key = new_id()
    return User(
        id=new_id(),
        email=email if number == 0 else f"{local}+{number}@{domain}",
        name=f"Person {number}" if number else "Ada",
        user_key=key.replace("-", "")[-12:],
        email_verified_at=clock.now(),
    )


def _membership(organization: Organization, person: User, is_owner: bool) -> Membership:
    return Membership(
        organization_id=organization.id,
        user_id=person.id,
        role="owner" if is_owner else "member",
        joined_at=clock.now(),
    )


def _team_member(team: Team, person: User) -> TeamMember:
    return TeamMember(organization_id=team.organization_id, team_id=team.id, user_id=person.id)


def _library(session: Session, organization_id: str, user_id: str) -> Library:
    """Eight folders, each with two below it, and tags."""
    folders: list[str] = []
    for number in range(FOLDERS // 3):
        top = _folder(session, organization_id, user_id, f"Folder {number + 1}", None)
        below = [_folder(session, organization_id, user_id, name, top) for name in ("New", "Old")]
        folders += [top, *below]
    tags = [
        Tag(
            organization_id=organization_id,
            id=new_id(),
            user_id=user_id,
            name=f"tag-{number + 1}",
            name_key=sort_key(f"tag-{number + 1}"),
        )
        for number in range(TAGS)
    ]
    session.add_all(tags)
    return Library(user_id, folders, [tag.id for tag in tags])


def _folder(
    session: Session, organization_id: str, user_id: str, name: str, parent_id: str | None
) -> str:
    folder_id, now = new_id(), clock.now()
    session.add(
        Folder(
            organization_id=organization_id,
            id=folder_id,
            user_id=user_id,
            parent_id=parent_id,
            name=name,
            name_key=sort_key(name),
            updated_at=now,
            updated_by=user_id,
        )
    )
    session.add_all(
        FolderAncestor(
            organization_id=organization_id,
            descendant_id=folder_id,
            ancestor_id=ancestor_id,
            distance=distance,
        )
        for ancestor_id, distance in ((folder_id, 0), (parent_id, 1))
        if ancestor_id
    )
    return folder_id
