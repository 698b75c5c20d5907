"""The words a bookmark is found by, and that the index holds them after every change."""

import pytest
from sqlalchemy import select, text

import db
from domain.search import search_words
from models import Bookmark, BookmarkWords


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Café-Crème", ["cafe", "creme"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("snake_case and camelCase", ["snake", "case", "and", "camelcase"]),
        ("100% of v2.10", ["100", "of", "v2", "10"]),
        ("日本語のメモ・v2", ["日", "本", "語", "の", "メ", "モ", "v2"]),
        ("ที่นี่", ["ท", "น"]),
        ("हिन्दी", ["हनद"]),
        ("İstanbul ﬁn ²", ["istanbul", "fin", "2"]),
        ("https://example.com/a/b?c=d", ["https", "example", "com", "a", "b", "c", "d"]),
        ("x" * 100, ["x" * search_words.LONGEST]),
        (" … — ", []),
    ],
)
def test_words_are_letters_and_digits_without_case_and_accents(said, words):
    assert search_words.words(said) == words


@pytest.fixture
def kept():
    """Is every bookmark indexed as it would be if it were indexed now?"""

    def kept():
        with db.reading() as session:
            known = {
                each.bookmark_id: (each.title, each.address, each.notes, set(each.places.split()))
                for each in session.scalars(select(BookmarkWords))
            }
            ids = session.execute(select(Bookmark.organization_id, Bookmark.id)).all()
            fresh = {
                row["bookmark_id"]: (
                    row["title"],
                    row["address"],
                    row["notes"],
                    set(row["places"].split()),
                )
                for organization_id, id in ids
                for row in search_words._rows(session, organization_id, [id])
            }
        return known == fresh

    return kept


def found(word):
    """The ids the database's own index finds."""
    if db.engine().dialect.name == "sqlite":
        query = (
            "SELECT bookmark_id FROM bookmark_words WHERE number IN "
            "(SELECT rowid FROM bookmark_search WHERE bookmark_search MATCH :word)"
        )
    else:
        query = "SELECT bookmark_id FROM bookmark_words WHERE vector @@ to_tsquery('simple', :word)"
    with db.reading() as session:
        return list(session.scalars(text(query), {"word": word}))


def test_it_follows_every_change(client, make, kept):
    ada = make.user()
    organization = make.organization(ada)
    token = make.token(ada, organization)
    tag, other, folder = (
        make.tag(organization, ada),
        make.tag(organization, ada),
        make.folder(organization, ada),
    )
    wanted = {"title": "Plans", "url": "https://example.com/engine", "tag_ids": [tag.id]}
    made = client.call("create_bookmark", token=token, json=wanted).json()
    assert found("plans") == found("engine") == [made["id"]]

    changes = {"title": "Drafts", "slug": "go-there", "notes": "Élan", "folder_ids": [folder.id]}
    client.call("update_bookmark", made["id"], token=token, json=changes)
    assert found("plans") == []
    assert found("drafts") == found("there") == found("elan") == [made["id"]]
    assert kept()

    client.call("merge_tags", other.id, token=token, json={"tag_ids": [tag.id]})
    assert found(search_words.place("tag", other.id)) == [made["id"]]
    assert found(search_words.place("tag", tag.id)) == []
    assert kept()

    client.call("delete_bookmark", made["id"], token=token)
    client.call("purge_deleted", made["id"], token=token)
    assert found("drafts") == []
