"""Tags keep count of their live bookmarks, by whatever way these come and go."""

import pytest
from sqlalchemy import select

from models import Tag
from tests import stored


@pytest.fixture
def tags(make, home, ada):
    return [make.tag(home, ada, name).id for name in ("a", "b", "c")]


@pytest.fixture
def counts(client, token):
    """What the tags say, in the order of their names; it must be what one counts."""

    def counts():
        assert stored.wrongly_counted_tags() == []
        return [tag["bookmark_count"] for tag in client.call("list_tags", token=token).json()]

    return counts


@pytest.fixture
def call(client, token):
    def call(operation, *path, **body):
        answer = client.call(operation, *path, token=token, json=body or None)
        assert answer.status_code < 300, answer.text
        return answer.json()

    return call


@pytest.fixture
def page(call, tags):
    """The id of a bookmark that has the first two tags."""
    return call("create_bookmark", title="Page", url="https://a.example", tag_ids=tags[:2])["id"]


def test_one_bookmark_is_counted(call, counts, tags, page):
    assert counts() == [1, 1, 0]
    call("update_bookmark", page, tag_ids=tags[1:])
    assert counts() == [0, 1, 1]
    call("delete_bookmark", page)
    assert counts() == [0, 0, 0]
    call("restore_bookmark", page, version=1)
    assert counts() == [1, 1, 0]
    call("delete_bookmark", page)
    call("purge_deleted", page)
    assert counts() == [0, 0, 0]


def test_many_are_counted_at_once(call, counts, tags, page):
    other = call("create_bookmark", title="Other", url="https://b.example")["id"]
    many = {"ids": [page, other]}
    call("change_bookmarks", action="tag", tag_ids=tags[1:], **many)
    assert counts() == [1, 2, 2]
    call("change_bookmarks", action="untag", tag_ids=tags[:2], **many)
    assert counts() == [0, 0, 2]
    call("change_bookmarks", action="delete", **many)
    assert counts() == [0, 0, 0]
    call("change_bookmarks", action="restore", **many)
    assert counts() == [0, 0, 2]


@pytest.mark.usefixtures("page")
def test_imported_ones_are_counted(call, counts):
    rows = [
        {"title": "Page", "url": "https://a.example", "tag_names": ["b", "c"]},
        {"title": "New", "url": "https://new.example", "tag_names": ["a", "new"]},
    ]
    call("import_bookmarks", bookmarks=rows, on_duplicate="merge")
    assert counts() == [2, 1, 1, 1]


def test_merged_tags_are_counted_without_what_lies_in_the_trash(call, counts, tags, page):
    gone = call("create_bookmark", title="Gone", url="https://b.example", tag_ids=tags[:1])["id"]
    call("create_bookmark", title="Third", url="https://c.example", tag_ids=tags[2:])
    call("delete_bookmark", gone)
    call("merge_tags", tags[2], tag_ids=tags[:2])
    assert counts() == [2]
    call("change_bookmarks", action="restore", ids=[gone])
    assert counts() == [3]
    call("delete_tag", tags[2])
    assert counts() == []


def test_what_somebody_takes_along_stays_counted(call, client, counts, make, home, colleague):
    person, hers = colleague
    tag = make.tag(home, person, "hers").id
    body = {"title": "Hers", "url": "https://a.example", "tag_ids": [tag]}
    client.call("create_bookmark", token=hers, json=body)
    call("remove_member", home.id, person.id)
    assert counts() == []
    [kept] = stored.rows(select(Tag.bookmarks).where(Tag.id == tag))
    assert kept == 1
