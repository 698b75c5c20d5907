from collections import Counter
from functools import partial

import pytest
from sqlalchemy import func, select

import db
from models import Bookmark, LibrarySize, Slug


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
