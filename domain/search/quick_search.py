"""A few bookmarks, folders and tags for what somebody is typing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from domain.search import search_words
from domain.search.search import Search
from prepared import Reader
from security.principal import Principal

BOOKMARKS, FOLDERS, TAGS = 10, 5, 5


class Found(NamedTuple):
    bookmark_ids: list[str]
    folders: list[Any]
    tags: list[Any]


def find(read: Reader, user: Principal, query: str) -> Found:
    search = Search(read, user, query)
    return Found(
        search.page(BOOKMARKS, None).ids,
        _named(search.names.folders(), query)[:FOLDERS],
        _named(search.names.tags(), query)[:TAGS],
    )


def _named(rows: Iterable[Any], query: str) -> list[Any]:
    """In whose name all the words begin a word, by name."""
    wanted = search_words.words(query)
    found = [row for row in rows if wanted and _has(row.name, wanted)]
    return sorted(found, key=lambda row: (row.name.casefold(), row.id))


def _has(name: str, wanted: list[str]) -> bool:
    said = search_words.words(name)
    return all(any(word.startswith(each) for word in said) for each in wanted)
