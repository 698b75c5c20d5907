from functools import partial

import pytest
from sqlalchemy import select

import db
from models import BookmarkTag, Folder, FolderAncestor, Tag
from tests.concurrency.conftest import statuses

ROUNDS = 8


@pytest.fixture
def ada(make):
    return make.user()


@pytest.fixture
def organization(make, ada):
    return make.organization(ada)


@pytest.fixture
def call(make, ada, organization):
    """`call(operation, …)` is a call by the same person, for the crowd to make."""
    token = make.token(ada, organization)

    def call(operation, *path, **body):
        return partial(_call, operation, path, token, body or None)

    return call


def _call(operation, path, token, body, client):
    return client.call(operation, *path, token=token, json=body)


def rows(query):
    with db.reading() as session:
        return session.scalars(query).all()


def test_of_two_folders_that_move_into_each_other_one_does(crowd, make, ada, organization, call):
    for _ in range(ROUNDS):
        one, other = (make.folder(organization, ada) for _ in "12")

        answers = crowd.at_once(
            call("move_folder", one.id, parent_id=other.id),
            call("move_folder", other.id, parent_id=one.id),
        )

        assert statuses(answers) == [200, 400]
        pairs = [
            (row.descendant_id, row.ancestor_id)
            for row in rows(
                select(FolderAncestor).where(FolderAncestor.descendant_id.in_([one.id, other.id]))
            )
        ]
        assert len(pairs) == 3


def test_a_ring_of_moves_stays_open(crowd, make, ada, organization, call):
    for _ in range(ROUNDS):
        ring = [make.folder(organization, ada) for _ in range(5)]

        answers = crowd.at_once(
            *(
                call("move_folder", folder.id, parent_id=ring[number - 1].id)
                for number, folder in enumerate(ring)
            )
        )

        assert statuses(answers) == [200] * 4 + [400]


@pytest.mark.parametrize("noun", ["folder", "tag"])
def test_of_many_who_take_a_name_at_once_one_gets_it(crowd, call, noun):
    for number in range(ROUNDS):
        answers = crowd.each(10, call(f"create_{noun}", name=f"name {number}"))

        assert statuses(answers) == [201] + [400] * 9
    assert len(rows(select(Folder if noun == "folder" else Tag))) == ROUNDS


@pytest.mark.parametrize("noun", ["folder", "tag"])
def test_of_two_that_are_renamed_alike_one_is(crowd, make, ada, organization, call, noun):
    make_one = make.folder if noun == "folder" else make.tag
    for number in range(ROUNDS):
        both = [make_one(organization, ada) for _ in "12"]

        answers = crowd.at_once(
            *(call(f"update_{noun}", each.id, name=f"name {number}") for each in both)
        )

        assert statuses(answers) == [200, 400]


def test_nothing_is_left_alive_in_a_deleted_folder(crowd, make, ada, organization, call):
    for number in range(ROUNDS):
        around, moved = make.folder(organization, ada), make.folder(organization, ada)

        deleted, *_ = crowd.at_once(
            call("delete_folder", around.id),
            call("create_folder", name=f"new {number}", parent_id=around.id),
            call("move_folder", moved.id, parent_id=around.id),
        )

        assert deleted.status_code == 200
        alive = select(Folder).where(Folder.parent_id == around.id, Folder.deleted_at.is_(None))
        assert rows(alive) == []


def test_of_two_tags_that_are_merged_into_each_other_one_stays(
    crowd, make, ada, organization, call
):
    for _ in range(ROUNDS):
        one, other = (make.tag(organization, ada) for _ in "12")

        answers = crowd.at_once(
            call("merge_tags", one.id, tag_ids=[other.id]),
            call("merge_tags", other.id, tag_ids=[one.id]),
        )

        assert statuses(answers) == [200, 404]
        assert len(rows(select(Tag).where(Tag.id.in_([one.id, other.id])))) == 1


def test_a_bookmark_tagged_during_a_merge_loses_nothing(crowd, make, ada, organization, call):
    for number in range(ROUNDS):
        stays, goes = (make.tag(organization, ada) for _ in "12")
        page = {"title": "Page", "url": f"https://example.com/race/{number}"}

        made, merged, *_ = crowd.at_once(
            call("create_bookmark", **page, tag_ids=[goes.id, stays.id]),
            call("merge_tags", stays.id, tag_ids=[goes.id]),
            call("merge_tags", goes.id, tag_ids=[stays.id]),
        )

        left = rows(select(Tag.id).where(Tag.id.in_([stays.id, goes.id])))
        assert len(left) == 1
        assert merged.status_code in (200, 404)
        if made.status_code == 201:
            links = select(BookmarkTag.tag_id).where(BookmarkTag.bookmark_id == made.json()["id"])
            assert rows(links) == left
        else:
            assert made.status_code == 404
