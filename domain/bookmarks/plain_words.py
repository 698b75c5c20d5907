"""What a list is narrowed to: a part of the title, the URL or the slug, as it stands there.

Upper and lower case are alike: in titles whatever the letters, as they are ordered by; in URLs, and
beyond what a title is ordered by, the letters A to Z. So both databases find the same.
"""

import re
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text, bindparam, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.search import PLAIN_TEXT


class _Lowered(FunctionElement[str]):
    """With a to z for A to Z, and all other letters as they are."""

    inherit_cache = True
    type = Text()


@compiles(_Lowered, "sqlite")
def _lower(element: _Lowered, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_Lowered, "postgresql")
def _lower_as_c_does(element: _Lowered, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


class _MayStandIn(FunctionElement[bool]):
    """True of all bookmarks that these parts stand in, and of some others."""

    inherit_cache = True
    type = Boolean()


@compiles(_MayStandIn, "sqlite")
def _always(element: _MayStandIn, compiler: Any, **options: Any) -> str:
    return "1"


@compiles(_MayStandIn, "postgresql")
def _by_trigrams(element: _MayStandIn, compiler: Any, **options: Any) -> str:
    words, letters = (compiler.process(each, **options) for each in element.clauses)
    return f"(bookmarks.title_key LIKE {words} OR {PLAIN_TEXT} LIKE {letters})"


def values(words: str) -> dict[str, str]:
    """The parameters of the conditions; `words` is empty when there is nothing to look for."""
    stripped = words.strip()
    found = {"words": stripped.casefold(), "letters": stripped.encode().lower().decode()}
    return found | {f"like_{name}": f"%{_escaped(text)}%" for name, text in found.items()}


def _escaped(text: str) -> str:
    return re.sub(r"[\\%_]", r"\\\g<0>", text)


def may_stand_in() -> ColumnElement[bool]:
    """What an index can tell; `stand_in` decides."""
    likes = (bindparam(f"like_{name}", type_=Text()) for name in ("words", "letters"))
    return _MayStandIn(*likes)


def stand_in(bookmark: Any) -> ColumnElement[bool]:
    """LIKE would take `%` and `_` for its own."""
    words, letters = bindparam("words", type_=Text()), bindparam("letters", type_=Text())
    texts: list[tuple[Any, Any]] = [
        (bookmark.title_key, words),
        *((_Lowered(each), letters) for each in (bookmark.title, bookmark.url, bookmark.slug)),
    ]
    return or_(*(func.replace(text, part, "") != text for text, part in texts))
