"""Who leaves an organization takes what is theirs along, nothing else, and leaves nothing of it."""

import pytest
from sqlalchemy import event, func, select

import clock
import db
from domain.search.search_words import owner
from models import Base, Bookmark, LibrarySize, Revision, Share, Slug, SlugPreference, Suggestion
from tests.stored import rows

TABLES = [table for table in Base.metadata.sorted_tables if "organization_id" in table.columns]
# What a person has for themselves moves; these are the organization's own.
NOT_OF_A_LIBRARY = {
    "api_tokens",
    "import_pieces",
    "import_rows",
    "imports",  # what became of a file stays where it was asked for
    "invitation_teams",
    "invitations",
    "memberships",
    "team_members",
    "teams",
    "sessions",
}


class Library:
    """One of everything a person can have, and the ids in it."""

    def __init__(self, make, organization, owner):
        self.make, self.organization, self.owner = make, organization, owner
        top = make.folder(organization, owner)
        self.folder = make.folder(organization, owner, parent=top)
        self.tag = make.tag(organization, owner)
        self.slug = f"page-{owner.id[-4:]}"
        self.bookmark = make.bookmark(organization, owner, slug=self.slug)
        self.trash = make.bookmark(organization, owner, deleted_at=clock.now())
        make.alias(self.bookmark, f"{self.slug}-too")
        make.filed(self.bookmark, self.folder, self.tag)
        self.remember(self)
        self.saved(self._suggestion())
        self.saved(self._revision("bookmark", self.bookmark), self._revision("folder", top))
        items = (top, self.folder, self.tag, self.bookmark, self.trash)
        self.ids = {owner.id, *(item.id for item in items)}

    def remember(self, other):
        """That another's slug leads to the other's bookmark."""
        self.saved(
            SlugPreference(
                organization_id=self.organization.id,
                user_id=self.owner.id,
                slug=other.slug,
                bookmark_id=other.bookmark.id,
                updated_at=clock.now(),
            )
        )

    def link(self, other):
        """Files and shares it where the other has something."""
        self.make.filed(self.bookmark, other.folder, other.tag)
        self.remember(other)
        for item in (self.bookmark, self.folder):
            self.make.share(item, other.owner, access="write")

    def saved(self, *new):
        with db.transaction() as session:
            session.add_all(new)

    def _suggestion(self):
        return Suggestion(
            organization_id=self.organization.id,
            user_id=self.owner.id,
            url_hash="0" * 64,
            language="en",
            answer={"title": "Page"},
        )

    def _revision(self, kind, item):
        return Revision(
            organization_id=self.organization.id,
            kind=kind,
            item_id=item.id,
            version=1,
            state={"name": "before"},
            made_at=clock.now(),
            made_by=self.owner.id,
        )


@pytest.fixture
def home(make):
    return make.organization(seats=20)


@pytest.fixture
def theirs(make, home):
    return Library(make, home, make.member(home))


@pytest.fixture
def others(make, home):
    return Library(make, home, make.member(home))


@pytest.fixture
def leave(client, make, home, theirs):
    token = make.session(theirs.owner, organization=home)

    def leave():
        left = client.call("leave_organization", home.id, token=token)
        assert left.status_code == 200
        return left.json()["new_org_id"]

    return leave


def held(organization_id):
    """The rows an organization has in each table of a library."""
    with db.reading() as session:
        return {
            table.name: session.execute(
                select(table).where(table.c.organization_id == organization_id)
            ).all()
            for table in TABLES
            if table.name not in NOT_OF_A_LIBRARY
        }


def values(tables):
    every = [value for found in tables.values() for row in found for value in row]
    return {value for value in every if isinstance(value, str)}


def test_everything_a_library_can_have_is_looked_at(theirs, others, home):
    theirs.link(others)
    empty = [name for name, found in held(home.id).items() if not found]

    assert empty == [], "add it to Library here, and to domain/moving.py"


def test_what_is_theirs_goes_along_whole(theirs, home, leave):
    before = held(home.id)

    there = leave()

    named_anew = {
        home.id: there,
        owner(home.id, theirs.owner.id): owner(there, theirs.owner.id),  # among the words
    }

    def moved_value(value):
        for old, new in named_anew.items() if isinstance(value, str) else ():
            value = value.replace(old, new)
        return value

    moved = {
        name: sorted([moved_value(value) for value in row] for row in found)
        for name, found in before.items()
        if name != "shares"
    }
    after = {
        name: sorted(map(list, found)) for name, found in held(there).items() if name != "shares"
    }
    assert after == moved
    assert not any(held(home.id).values())


def test_nothing_of_theirs_stays_and_nothing_of_others_goes(theirs, others, home, leave):
    theirs.link(others)
    others.link(theirs)
    before = held(home.id)

    there = leave()

    assert values(held(home.id)) & theirs.ids == set()
    assert values(held(there)) & others.ids == set()
    assert rows(select(Share)) == []
    untouched = {"bookmarks": 2, "folders": 2, "tags": 1, "slugs": 2, "bookmark_folders": 1}
    untouched |= {"bookmark_tags": 1, "slug_preferences": 1, "folder_ancestors": 3}
    for found in (held(home.id), held(there)):
        assert {name: len(found[name]) for name in untouched} == untouched
    assert len(before["slug_preferences"]) == 4


def test_neither_sees_the_others_any_more(client, make, theirs, others, home, leave):
    theirs.link(others)
    others.link(theirs)
    there = leave()
    for one, other, where in ((theirs, others, there), (others, theirs, home.id)):
        token = make.session(one.owner)
        assert client.call("get_bookmark", other.bookmark.id, token=token).status_code == 404
        assert client.call("get_folder", other.folder.id, token=token).status_code == 404
        own = client.call("get_bookmark", one.bookmark.id, token=token).json()
        assert own["tenant_id"] == where
        assert [each["id"] for each in own["folders"]] == [one.folder.id]
        assert [each["id"] for each in own["tags"]] == [one.tag.id]


def test_slugs_are_free_in_the_organization_that_was_left(client, make, theirs, others, leave):
    leave()
    token = make.session(others.owner)
    new = {"title": "Mine", "url": "https://example.com/", "slug": theirs.slug}

    assert client.call("create_bookmark", token=token, json=new).status_code == 201
    assert len(rows(select(Slug.slug).where(Slug.slug == theirs.slug))) == 2


def test_it_takes_as_many_statements_for_many_bookmarks_as_for_one(make, home, leave, theirs):
    for _ in range(20):
        make.filed(make.bookmark(home, theirs.owner), theirs.folder, theirs.tag)
    sent = []
    event.listen(db.engine(), "before_cursor_execute", lambda *given: sent.append(given[2]))

    leave()

    assert len([each for each in sent if each.startswith(("UPDATE", "DELETE"))]) < 25
    assert rows(select(LibrarySize.bookmarks)) == [21]


def test_with_an_account_goes_its_library_and_nothing_of_others(client, make, theirs, others, home):
    theirs.link(others)
    others.link(theirs)
    token = make.session(theirs.owner, organization=home)

    assert client.call("delete_account", token=token).status_code == 200

    assert values(held(home.id)) & theirs.ids == set()
    with db.reading() as session:
        counted = session.scalar(select(func.count()).select_from(Bookmark))
    assert counted == 2
    assert len(held(home.id)["folders"]) == 2
