from collections import Counter
from functools import partial

import pytest
from sqlalchemy import func, select

import db
from models import Bookmark, BookmarkTag, LibrarySize, Slug


@pytest.fixture
def owner(make):
    return make.user()


def create(token, number, slug, client):
    body = {"title": f"Page {number}", "url": f"https://example.com/{number}", "slug": slug}
    return client.call("create_bookmark", token=token, json=body)


def counted(model):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_two_creates_of_one_slug_make_one(crowd, make, owner):
    token = make.token(owner, make.organization(owner))

    for number in range(10):
        slug = f"slug-{number}"
        answers = crowd.at_once(*(partial(create, token, each, slug) for each in range(2)))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        [refused] = [answer for answer in answers if answer.status_code == 409]
        assert refused.json()["code"] == "SLUG_TAKEN"
    assert counted(Bookmark) == counted(Slug) == 10


def test_a_hundred_race_for_the_last_place_of_the_free_plan(crowd, make, owner):
    home = make.organization(owner, plan="free")
    for _ in range(49):
        make.bookmark(home, owner)
    token = make.token(owner, home)

    answers = crowd.at_once(*(partial(create, token, number, None) for number in range(100)))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 403: 99}
    assert {answer.json().get("code") for answer in answers} == {None, "BOOKMARK_LIMIT_REACHED"}
    assert counted(Bookmark) == 50
    with db.reading() as session:
        assert session.scalars(select(LibrarySize.bookmarks)).one() == 50


def test_first_bookmarks_at_the_same_moment_are_all_counted(crowd, make, owner):
    token = make.token(owner, make.organization(owner))

    answers = crowd.at_once(*(partial(create, token, number, None) for number in range(40)))

    assert {answer.status_code for answer in answers} == {201}
    with db.reading() as session:
        assert session.scalars(select(LibrarySize.bookmarks)).one() == 40


def test_merges_of_one_page_leave_one_bookmark_with_everything(crowd, make, owner):
    home = make.organization(owner)
    token = make.token(owner, home)
    tags = [make.tag(home, owner).id for _ in range(12)]

    def merge(tag_id, client):
        body = {"title": "Page", "url": "https://example.com/", "tag_ids": [tag_id]}
        body["on_duplicate"] = "merge"
        return client.call("create_bookmark", token=token, json=body)

    answers = crowd.at_once(*(partial(merge, each) for each in tags))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 11}
    assert counted(Bookmark) == 1
    assert counted(BookmarkTag) == len(tags)


def test_of_a_page_that_is_not_to_be_had_twice_only_one_is_made(crowd, make, owner):
    token = make.token(owner, make.organization(owner))
    body = {"title": "Page", "url": "https://example.com/", "on_duplicate": "reject"}

    def create(client):
        return client.call("create_bookmark", token=token, json=body)

    answers = crowd.at_once(*[create] * 12)

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 11}
    assert counted(Bookmark) == 1


def test_changing_many_and_deleting_them_at_once_ends_in_one_of_both_orders(crowd, make, owner):
    home = make.organization(owner)
    token = make.token(owner, home)
    ids = [make.bookmark(home, owner).id for _ in range(20)]
    tag = make.tag(home, owner)

    def bulk(action, client, **more):
        body = {"action": action, "ids": ids[:: -1 if action == "delete" else 1], **more}
        return client.call("change_bookmarks", token=token, json=body)

    def delete(bookmark_id, client):
        return client.call("delete_bookmark", bookmark_id, token=token)

    answers = crowd.at_once(
        *[partial(bulk, "tag", tag_ids=[tag.id])] * 3,
        *[partial(bulk, "delete")] * 3,
        *(partial(delete, each) for each in ids[:5]),
    )

    assert {answer.status_code for answer in answers} <= {200, 207, 404}
    with db.reading() as session:
        assert session.scalars(select(LibrarySize.bookmarks)).one() == 0
        assert all(session.scalars(select(Bookmark.deleted_at)))
