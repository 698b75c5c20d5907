from datetime import timedelta

import pytest
from sqlalchemy import event, select

import clock
import db
from handlers import shapes
from models import Share
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


class Kind:
    """One of the two kinds of items, with the names of its operations."""

    def __init__(self, client, make, noun):
        self._client, self._make, self.noun = client, make, noun

    def made(self, organization, owner):
        return getattr(self._make, self.noun)(organization, owner)

    def share(self, item, token, **wanted):
        return self._client.call(f"share_{self.noun}", item.id, token=token, json=wanted)

    def shares(self, item, token):
        return self._client.call(f"list_{self.noun}_shares", item.id, token=token)

    def end(self, item, share_id, token):
        return self._client.call(f"end_{self.noun}_share", item.id, share_id, token=token)

    def access(self, item, token):
        return self._client.call(f"get_{self.noun}_access", item.id, token=token)

    def read(self, item, token):
        return self._client.call(f"get_{self.noun}", item.id, token=token)


@pytest.fixture(params=["bookmark", "folder"])
def kind(request, client, make):
    return Kind(client, make, request.param)


@pytest.fixture
def home(make, ada):
    return make.organization(ada, seats=50)


@pytest.fixture
def bob(make, home):
    return make.member(home, make.user("bob@example.com"))


@pytest.fixture
def token(make, ada, home):
    return make.session(ada, organization=home)


@pytest.fixture
def bobs(make, bob, home):
    return make.session(bob, organization=home)


@pytest.fixture
def item(kind, home, ada):
    return kind.made(home, ada)


def refusal(response):
    return response.status_code, response.json()["code"]


def person(user):
    return {"id": user.id, "name": user.name, "email": user.email}


def test_an_item_is_shared_with_a_person_shown_and_taken_back(kind, item, ada, bob, token, bobs):
    assert kind.read(item, bobs).status_code == 404

    given = kind.share(item, token, user_id=bob.id)

    assert given.status_code == 201
    share = given.json()
    assert share["user"], share["shared_by"] == (person(bob), person(ada))
    assert (share["team"], share["access"], share["expires_at"]) == (None, "read", None)
    assert kind.read(item, bobs).status_code == 200
    assert kind.shares(item, bobs).json() == kind.shares(item, token).json() == [share]

    ended = kind.end(item, share["id"], token)
    assert ended.json() == {"message": "Share ended"}
    assert kind.read(item, bobs).status_code == 404
    assert refusal(kind.end(item, share["id"], token)) == (404, "NOT_FOUND")


def test_a_team_sees_what_is_shared_with_it(client, make, kind, item, home, ada, bob, token, bobs):
    team = make.team(home)
    for each in (ada, bob):
        make.team_member(team, each)

    share = kind.share(item, token, team_id=team.id).json()

    assert share["team"] == {"id": team.id, "name": "Platform"}
    assert share["user"] is None
    assert kind.read(item, bobs).status_code == 200
    client.call("remove_team_member", team.id, bob.id, token=token)
    assert kind.read(item, bobs).status_code == 404


@pytest.mark.example("share_bookmark_200", "share_folder_200")
def test_sharing_again_changes_the_share(kind, item, bob, token):
    first = kind.share(item, token, user_id=bob.id, access="write", expires_in_days=3).json()

    again = kind.share(item, token, user_id=bob.id)

    assert again.status_code == 200
    assert again.json() == {**first, "access": "read", "expires_at": None}
    assert len(rows(select(Share))) == 1


def test_a_share_ends_when_it_expires(make, kind, item, bob, token, bobs, later):
    moment = shapes.time(clock.now() + timedelta(hours=1))
    share = kind.share(item, token, user_id=bob.id, expires_at=moment).json()
    assert share["expires_at"] == moment
    assert kind.read(item, bobs).status_code == 200

    later(hours=1, seconds=1)

    assert refusal(kind.read(item, bobs)) == (404, "NOT_FOUND")
    assert kind.shares(item, token).json() == []
    assert kind.share(item, token, user_id=bob.id).status_code == 201
    assert kind.read(item, bobs).status_code == 200


def test_days_are_counted_from_now(kind, item, bob, token):
    share = kind.share(item, token, user_id=bob.id, expires_in_days=30).json()

    expected = shapes.time(clock.now() + timedelta(days=30))
    assert share["expires_at"][:15] == expected[:15]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2099-01-01T00:00:00Z", "2099-01-01T00:00:00.000Z"),
        ("2099-01-01T01:30:00.123456+01:30", "2099-01-01T00:00:00.123Z"),
    ],
)
def test_an_end_is_a_time_as_clients_write_it(kind, item, bob, token, written, shown):
    share = kind.share(item, token, user_id=bob.id, expires_at=written)

    assert share.json()["expires_at"] == shown
    assert kind.shares(item, token).json() == [share.json()]


WRONG = {
    "nobody": ({}, ""),
    "an end that has passed": ({"expires_at": "2020-01-01T00:00:00.000Z"}, "/expires_at"),
    "no day of any month": ({"expires_at": "2099-02-30T00:00:00.000Z"}, "/expires_at"),
    "no time of this world": ({"expires_at": "9999-12-31T23:59:59-14:00"}, "/expires_at"),
    "no offset": ({"expires_at": "2099-01-01T00:00:00"}, "/expires_at"),
    "two ends": ({"expires_in_days": 1, "expires_at": "2099-01-01T00:00:00.000Z"}, ""),
    "no days": ({"expires_in_days": 0}, "/expires_in_days"),
    "an access there is not": ({"access": "admin"}, "/access"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_makes_no_sense_is_refused(kind, item, bob, token, case):
    wanted, pointer = WRONG[case]
    named = wanted and {"user_id": bob.id}

    response = kind.share(item, token, **named, **wanted)

    assert refusal(response) == (400, "INVALID_REQUEST")
    assert response.json()["details"][0]["pointer"] == pointer
    assert rows(select(Share)) == []


def test_a_share_is_for_a_person_or_a_team_and_not_for_its_owner(
    make, kind, item, home, ada, bob, token
):
    team = make.team(home)
    make.team_member(team, ada)

    both = kind.share(item, token, user_id=bob.id, team_id=team.id)
    oneself = kind.share(item, token, user_id=ada.id)

    assert refusal(both) == refusal(oneself) == (400, "INVALID_REQUEST")


def test_only_members_of_the_organization_are_shared_with(make, kind, item, token):
    for stranger in (make.user().id, make.member(make.organization()).id, NOWHERE):
        response = kind.share(item, token, user_id=stranger)
        assert refusal(response) == (404, "USER_UNKNOWN")
        assert response.json()["error"] == f"User {stranger} not found."
    assert rows(select(Share)) == []


def test_only_teams_of_ones_own_are_shared_with(make, kind, item, home, ada, token):
    elsewhere = make.team(make.organization(ada))
    make.team_member(elsewhere, ada)

    for team_id in (make.team(home).id, elsewhere.id, NOWHERE):
        response = kind.share(item, token, team_id=team_id)
        assert refusal(response) == (403, "NOT_IN_TEAM")
    assert rows(select(Share)) == []


@pytest.mark.parametrize("plan", ["free", "personal", "supporter"])
def test_people_are_shared_with_on_every_plan_but_teams_on_the_team_plan(make, kind, plan):
    owner, friend = make.user(), make.user()
    small = make.organization(owner, plan=plan)
    make.member(small, friend)
    team = make.team(small)
    make.team_member(team, owner)
    item, token = kind.made(small, owner), make.session(owner)

    assert refusal(kind.share(item, token, team_id=team.id)) == (403, "PLAN_REQUIRES_TEAM")
    assert kind.share(item, token, user_id=friend.id).status_code == 201


@pytest.mark.parametrize("access", ["read", "write"])
def test_who_it_is_shared_with_neither_shares_it_on_nor_asks_who_sees_it(
    make, kind, item, home, bob, bobs, access
):
    share = make.share(item, bob, access=access)
    other = make.member(home)

    assert refusal(kind.share(item, bobs, user_id=other.id)) == (403, "ONLY_SHARED")
    assert refusal(kind.end(item, share.id, bobs)) == (403, "ONLY_SHARED")
    assert refusal(kind.access(item, bobs)) == (403, "ONLY_SHARED")


def test_administrators_see_nothing_that_is_not_shared_with_them(make, kind, item, home):
    admin = make.session(make.member(home, role="admin"))

    for answer in (kind.shares(item, admin), kind.access(item, admin), kind.read(item, admin)):
        assert refusal(answer) == (404, "NOT_FOUND")


def test_the_share_of_another_item_is_not_found(make, kind, item, home, ada, bob, token):
    for other in (kind.made(home, ada), make.bookmark(home, ada), make.folder(home, ada)):
        share = make.share(other, bob)
        assert refusal(kind.end(item, share.id, token)) == (404, "NOT_FOUND")
    assert len(rows(select(Share))) == 3


def test_a_folder_shares_what_lies_in_it_and_below_now_and_later(
    client, make, home, ada, bob, token, bobs
):
    top = make.folder(home, ada)
    below = make.folder(home, ada, parent=make.folder(home, ada, parent=top))
    before = make.filed(make.bookmark(home, ada), below)

    client.call("share_folder", top.id, token=token, json={"user_id": bob.id})
    after = make.filed(make.bookmark(home, ada), below)

    for bookmark in (before, after):
        assert client.call("get_bookmark", bookmark.id, token=bobs).status_code == 200
    outside = make.bookmark(home, ada)
    assert client.call("get_bookmark", outside.id, token=bobs).status_code == 404


def test_with_write_one_changes_a_bookmark_but_does_not_delete_it(
    client, make, home, ada, bob, bobs
):
    bookmark = make.bookmark(home, ada)
    make.share(bookmark, bob, access="write")

    changed = client.call("update_bookmark", bookmark.id, token=bobs, json={"title": "Better"})
    deleted = client.call("delete_bookmark", bookmark.id, token=bobs)

    assert changed.json()["title"] == "Better"
    assert refusal(deleted) == (403, "ONLY_SHARED")


def test_what_one_puts_into_a_shared_folder_its_owner_sees(
    client, make, home, ada, bob, token, bobs
):
    folder = make.folder(home, ada)
    make.share(folder, bob, access="write")
    new = {"title": "Bob's", "url": "https://example.com/", "folder_ids": [folder.id]}

    made = client.call("create_bookmark", token=bobs, json=new)

    seen = client.call("get_bookmark", made.json()["id"], token=token)
    assert (seen.status_code, seen.json()["bookmark_type"]) == (200, "shared")


def test_everybody_who_sees_an_item_is_named_with_every_way(
    client, make, home, ada, bob, token, kind
):
    team = make.team(home)
    for each in (ada, bob):
        make.team_member(team, each)
    reader, late = make.member(home), make.member(home)
    top = make.folder(home, ada, "Top")
    if kind.noun == "bookmark":
        item = make.filed(make.bookmark(home, ada), make.folder(home, ada, parent=top))
    else:
        item = make.folder(home, ada, parent=make.folder(home, ada, parent=top))
    direct = make.share(item, bob, access="write", expires_at=clock.now() + timedelta(days=1))
    by_team = make.share(top, team)
    by_folder = make.share(top, reader)
    make.share(item, late, expires_at=clock.now())
    folder, named = {"id": top.id, "name": "Top"}, {"id": team.id, "name": "Platform"}

    def way(share, **more):
        return {
            "is_owner": False,
            "share_id": share.id,
            "team": None,
            "folder": None,
            "access": share.access,
            "expires_at": shapes.time_or_null(share.expires_at),
            **more,
        }

    viewers = {each["user"]["id"]: each for each in kind.access(item, token).json()}

    assert set(viewers) == {ada.id, bob.id, reader.id}
    owning = {**way(by_team), "is_owner": True, "share_id": None, "access": "own"}
    through_team = way(by_team, team=named, folder=folder)
    assert viewers[ada.id]["ways"] == [owning, through_team]
    assert viewers[bob.id]["ways"] == [way(direct), through_team]
    assert viewers[reader.id]["ways"] == [way(by_folder, folder=folder)]
    widths = {each["user"]["id"]: each["access"] for each in viewers.values()}
    assert widths == {ada.id: "own", bob.id: "write", reader.id: "read"}


def test_the_owner_of_a_shared_folder_sees_the_bookmarks_in_it(client, make, home, ada, bob, bobs):
    folder = make.folder(home, ada, "Common")
    make.share(folder, bob, access="write")
    bookmark = make.filed(make.bookmark(home, bob), folder)

    viewers = client.call("get_bookmark_access", bookmark.id, token=bobs).json()

    assert [(each["user"]["id"], each["access"]) for each in viewers] == [
        (ada.id, "write"),
        (bob.id, "own"),
    ]
    [way] = viewers[0]["ways"]
    assert (way["is_owner"], way["folder"]) == (True, {"id": folder.id, "name": "Common"})


def test_who_sees_it_is_asked_in_as_many_statements_for_thirty_people_as_for_one(
    make, kind, item, home, token
):
    sent = []

    def statements():
        kind.access(item, token)
        sent.clear()
        kind.access(item, token)
        return len(sent)

    event.listen(db.engine(), "before_cursor_execute", lambda *given: sent.append(given[2]))
    make.share(item, make.member(home))
    few = statements()
    team = make.team(home)
    make.share(item, team)
    for _ in range(15):
        make.share(item, make.member(home))
        make.team_member(team, make.member(home))

    assert len(kind.access(item, token).json()) == 32
    assert statements() == few


def test_whom_one_can_share_with_are_the_other_members_of_this_organization(
    client, make, home, ada, bob, token
):
    make.organization(ada)
    make.member(make.organization())

    listed = client.call("list_users_for_sharing", token=token)

    assert listed.json() == [person(bob)]


def test_whom_one_can_share_with_is_listed_by_name_in_parts(client, make, home, token):
    members = sorted((make.member(home) for _ in range(4)), key=lambda each: each.name)

    def part(**query):
        return client.call("list_users_for_sharing", token=token, query=query or None).json()

    whole = part()
    assert [each["id"] for each in whole] == [each.id for each in members]
    assert part(limit=2, offset=1)["items"] == whole[1:3]
    first = part(limit=3)
    assert (first["items"], first["total"]) == (whole[:3], 4)
    last = part(cursor=first["next_cursor"])
    assert (last["items"], last["next_cursor"]) == (whole[3:], None)
