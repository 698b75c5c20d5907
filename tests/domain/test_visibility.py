"""Who sees what: a table of cases, asked in every way there is to ask."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, or_, select

import clock
import db
from domain.sharing import library, visibility
from domain.sharing.library import OnlyShared
from errors import NotFound
from models import Bookmark, BookmarkFolder, Folder, TeamMember
from security.principal import Principal

LEVELS = ("read", "write")


class Scene:
    """Ada owns what the cases are about; Bob is who looks at it, and is in the team."""

    def __init__(self, make):
        self.make = make
        self.ada, self.bob = make.user(), make.user()
        self.home = make.organization(self.ada)
        make.member(self.home, self.bob)
        self.team = make.team(self.home)
        make.team_member(self.team, self.bob)

    def bookmark(self, *folders, owner=None, **fields):
        return self.make.filed(self.make.bookmark(self.home, owner or self.ada, **fields), *folders)

    def folder(self, parent=None, **fields):
        return self.make.folder(self.home, self.ada, parent=parent, **fields)

    def shared(self, item, grantee=None, **fields):
        self.make.share(item, grantee or self.bob, **fields)
        return item

    def other_team(self, *, with_bob):
        team = self.make.team(self.home, f"{with_bob}{len(self.home.name)}")
        if with_bob:
            self.make.team_member(team, self.bob)
        return team

    @property
    def bobs_eyes(self):
        return Principal(self.bob.id, self.home.id)


def in_a_folder(scene, grantee=None, depth=0, **fields):
    """A bookmark so deep below a folder that is shared."""
    folder = scene.shared(scene.folder(), grantee, **fields)
    for _ in range(depth):
        folder = scene.folder(folder)
    return scene.bookmark(folder)


def in_my_folder(scene, *, shared):
    """Bob's folder, into which Ada has put her bookmark."""
    folder = scene.make.folder(scene.home, scene.bob)
    if shared:
        scene.make.share(folder, scene.ada, access="write")
    return scene.bookmark(folder)


def of_several_teams(scene, shared_with):
    teams = [scene.make.team(scene.home, f"Team {number}") for number in range(3)]
    for team in teams:
        scene.make.team_member(team, scene.bob)
    return scene.shared(scene.bookmark(), teams[shared_with])


def ended(seconds=0):
    return clock.now() - timedelta(seconds=seconds)


def soon():
    return clock.now() + timedelta(minutes=1)


def in_the_trash(scene):
    return scene.shared(scene.bookmark(deleted_at=clock.now()))


def in_a_folder_in_the_trash(scene):
    return scene.bookmark(scene.shared(scene.folder(deleted_at=clock.now())))


def in_one_folder_of_two(scene):
    return scene.bookmark(scene.folder(), scene.shared(scene.folder()))


def twice(scene, *levels):
    item = scene.bookmark()
    for level, grantee in zip(levels, (scene.bob, scene.team), strict=True):
        scene.shared(item, grantee, access=level)
    return item


def elsewhere(scene):
    """Of an organization that both belong to, but in which Bob is not now."""
    other = scene.make.organization(scene.ada)
    scene.make.member(other, scene.bob)
    return scene.shared(scene.make.bookmark(other, scene.ada))


CASES = {
    "my own": (lambda s: s.bookmark(owner=s.bob), "write"),
    "my own in the trash": (lambda s: s.bookmark(owner=s.bob, deleted_at=clock.now()), None),
    "somebody's": (lambda s: s.bookmark(), None),
    "shared with somebody else": (lambda s: s.shared(s.bookmark(), s.make.member(s.home)), None),
    "shared with me": (lambda s: s.shared(s.bookmark()), "read"),
    "shared with me to write": (lambda s: s.shared(s.bookmark(), access="write"), "write"),
    "shared with my team": (lambda s: s.shared(s.bookmark(), s.team), "read"),
    "shared with my team to write": (
        lambda s: s.shared(s.bookmark(), s.team, access="write"),
        "write",
    ),
    "shared with a team I am not in": (
        lambda s: s.shared(s.bookmark(), s.other_team(with_bob=False)),
        None,
    ),
    "shared with the first of my teams": (lambda s: of_several_teams(s, 0), "read"),
    "shared with the second of my teams": (lambda s: of_several_teams(s, 1), "read"),
    "shared with the last of my teams": (lambda s: of_several_teams(s, 2), "read"),
    "shared twice, once to write": (lambda s: twice(s, "read", "write"), "write"),
    "shared twice, the other to write": (lambda s: twice(s, "write", "read"), "write"),
    "in a folder shared with me": (in_a_folder, "read"),
    "in a folder shared to write": (lambda s: in_a_folder(s, access="write"), "write"),
    "in a folder of my team": (lambda s: in_a_folder(s, s.team), "read"),
    "in a folder of another team": (
        lambda s: in_a_folder(s, s.other_team(with_bob=False)),
        None,
    ),
    "one below a folder shared with me": (lambda s: in_a_folder(s, depth=1), "read"),
    "nine below a folder of my team": (
        lambda s: in_a_folder(s, s.team, depth=9, access="write"),
        "write",
    ),
    "above a folder shared with me": (
        lambda s: [above := s.folder(), s.shared(s.folder(above)), s.bookmark(above)][-1],
        None,
    ),
    "in one folder of two": (in_one_folder_of_two, "read"),
    "in my folder, which I share": (lambda s: in_my_folder(s, shared=True), "write"),
    "in my folder, which I do not share": (lambda s: in_my_folder(s, shared=False), None),
    "a share that has just expired": (lambda s: s.shared(s.bookmark(), expires_at=ended()), None),
    "a share that will expire": (lambda s: s.shared(s.bookmark(), expires_at=soon()), "read"),
    "a folder's share that has expired": (
        lambda s: in_a_folder(s, expires_at=ended(60)),
        None,
    ),
    "a team's share that has expired": (
        lambda s: s.shared(s.bookmark(), s.team, access="write", expires_at=ended(60)),
        None,
    ),
    "shared and in the trash": (in_the_trash, None),
    "in a shared folder in the trash": (in_a_folder_in_the_trash, None),
    "of another organization": (elsewhere, None),
}
FOLDERS = {
    "my own": (lambda s: s.make.folder(s.home, s.bob), "write"),
    "somebody's": (lambda s: s.folder(), None),
    "shared with me": (lambda s: s.shared(s.folder()), "read"),
    "shared with me to write": (lambda s: s.shared(s.folder(), access="write"), "write"),
    "shared with my team": (lambda s: s.shared(s.folder(), s.team), "read"),
    "below one that is shared": (lambda s: s.folder(s.folder(s.shared(s.folder()))), "read"),
    "below one of my team": (
        lambda s: s.folder(s.shared(s.folder(), s.team, access="write")),
        "write",
    ),
    "above one that is shared": (
        lambda s: [above := s.folder(), s.shared(s.folder(above)), above][-1],
        None,
    ),
    "expired": (lambda s: s.shared(s.folder(), expires_at=ended()), None),
    "in the trash": (lambda s: s.shared(s.folder(deleted_at=clock.now())), None),
    "with my bookmark in it": (
        lambda s: [folder := s.folder(), s.bookmark(folder, owner=s.bob), folder][-1],
        None,
    ),
}


@pytest.fixture
def scene(make):
    return Scene(make)


def bookmarks_by_condition(user, level):
    return select(Bookmark.id).where(visibility.is_mine_or_shared(user, level))


def bookmarks_by_lists(user, level):
    inside = select(BookmarkFolder.bookmark_id).where(
        BookmarkFolder.organization_id == user.organization_id,
        BookmarkFolder.folder_id.in_(visibility.shared_folder_ids(user, level)),
    )
    return select(Bookmark.id).where(
        Bookmark.organization_id == user.organization_id,
        Bookmark.deleted_at.is_(None),
        or_(
            Bookmark.user_id == user.user_id,
            Bookmark.id.in_(visibility.directly_shared_ids(user, level)),
            Bookmark.id.in_(inside),
        ),
    )


def folders_by_condition(user, level):
    return select(Folder.id).where(visibility.is_my_folder_or_shared(user, level))


def folders_by_lists(user, level):
    return select(Folder.id).where(
        Folder.organization_id == user.organization_id,
        Folder.deleted_at.is_(None),
        or_(
            Folder.user_id == user.user_id,
            Folder.id.in_(visibility.shared_folder_ids(user, level)),
        ),
    )


def answer(load, user, item):
    with db.transaction() as session:
        try:
            load(session, user, item.id)
        except NotFound:
            return None
        except OnlyShared:
            return "shared"
        return "there"


def found(select_ids, user, level):
    with db.reading() as session:
        return session.scalars(select_ids(user, level)).all()


def allows(expected, level):
    return expected == "write" or expected == level


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("ask", [bookmarks_by_condition, bookmarks_by_lists])
@pytest.mark.parametrize("case", CASES)
def test_a_bookmark_is_seen_as_the_table_says(scene, case, ask, level):
    arrange, expected = CASES[case]
    item = arrange(scene)

    seen = found(ask, scene.bobs_eyes, level)

    assert seen.count(item.id) == (1 if allows(expected, level) else 0)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("ask", [folders_by_condition, folders_by_lists])
@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_is_seen_as_the_table_says(scene, case, ask, level):
    arrange, expected = FOLDERS[case]
    item = arrange(scene)

    seen = found(ask, scene.bobs_eyes, level)

    assert seen.count(item.id) == (1 if allows(expected, level) else 0)


@pytest.mark.parametrize("case", CASES)
def test_a_bookmark_is_not_found_or_only_shared_or_there(scene, case):
    arrange, expected = CASES[case]
    item, user = arrange(scene), scene.bobs_eyes
    to_own = expected and ("there" if item.user_id == user.user_id else "shared")

    assert answer(library.bookmark_to_read, user, item) == (expected and "there")
    assert answer(library.bookmark_to_change, user, item) == TO_CHANGE[expected]
    assert answer(library.bookmark_to_own, user, item) == to_own


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_is_not_found_or_only_shared_or_there(scene, case):
    arrange, expected = FOLDERS[case]
    item, user = arrange(scene), scene.bobs_eyes
    to_own = expected and ("there" if item.user_id == user.user_id else "shared")

    assert answer(library.folder_to_read, user, item) == (expected and "there")
    assert answer(library.folder_to_change, user, item) == TO_CHANGE[expected]
    assert answer(library.folder_to_own, user, item) == to_own


TO_CHANGE = {None: None, "read": "shared", "write": "there"}


def test_what_one_leaves_one_no_longer_sees(scene):
    item = scene.shared(scene.bookmark(), scene.team)
    with db.transaction() as session:
        session.execute(delete(TeamMember))

    assert found(bookmarks_by_condition, scene.bobs_eyes, "read") == []
    assert found(bookmarks_by_lists, scene.bobs_eyes, "read") == []
    assert found(bookmarks_by_lists, Principal(scene.ada.id, scene.home.id), "read") == [item.id]
