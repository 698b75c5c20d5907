"""What a list is narrowed to: a part of the title, the URL or the slug, as it stands there.

Upper and lower case are alike: in titles whatever the letters, as they are ordered by; in URLs, and
beyond what a title is ordered by, the letters A to Z. So both databases find the same.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


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


def values(words: str) -> dict[str, str]:
    """The parameters of `stand_in`; `words` is empty when there is nothing to look for."""
    stripped = words.strip()
    return {"words": stripped.casefold(), "letters": stripped.encode().lower().decode()}


def stand_in(bookmark: Any) -> ColumnElement[bool]:
    """LIKE would take `%` and `_` for its own."""
    words, letters = bindparam("words", type_=Text()), bindparam("letters", type_=Text())
    texts: list[tuple[Any, Any]] = [
        (bookmark.title_key, words),
        *((_Lowered(each), letters) for each in (bookmark.title, bookmark.url, bookmark.slug)),
    ]
    return or_(*(func.replace(text, part, "") != text for text, part in texts))
