"""The language of a search, and what it asks the index of either database."""

from types import SimpleNamespace

import pytest

from domain.search import search_language
from domain.search.search_language import SearchInvalid, Term
from domain.search.search_matches import Match, Places, Words


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("", []),
        ("  ", []),
        ("plan", [Term("text", "plan")]),
        ("plan b", [Term("text", "plan"), Term("text", "b")]),
        ('"to read"', [Term("text", "to read", is_exact=True)]),
        ('"to read', [Term("text", "to read", is_exact=True)]),
        ("“to read”", [Term("text", "to read", is_exact=True)]),
        ('-"to read"', [Term("text", "to read", is_exact=True, is_not=True)]),
        ("-draft", [Term("text", "draft", is_not=True)]),
        ("well-known", [Term("text", "well-known")]),
        ("- plan", [Term("text", "plan")]),
        ('% _ * -- "" \' ()', []),
        ("NOT AND OR NEAR", [Term("text", each) for each in ("NOT", "AND", "OR", "NEAR")]),
        ("tag:todo", [Term("tag", "todo")]),
        ("TAG:todo", [Term("tag", "todo")]),
        ('tag:"to read" x', [Term("tag", "to read", is_exact=True), Term("text", "x")]),
        ('tag:"to read', [Term("tag", "to read", is_exact=True)]),
        ("-folder:old", [Term("folder", "old", is_not=True)]),
        ("is:pinned", [Term("is", "pinned")]),
        ("-is:SHARED", [Term("is", "SHARED", is_not=True)]),
        ("slug:go/there", [Term("slug", "go/there")]),
        ("url:https://example.com", [Term("url", "https://example.com")]),
        ("https://example.com/a", [Term("text", "https://example.com/a")]),
        ("author:ada", [Term("text", "author:ada")]),
        ("before:2026-11-24", [Term("before", "2026-11-24")]),
        ("-before:2026", [Term("after", "2026")]),
        ("-after:2026-02", [Term("before", "2026-02")]),
        ("tag:a:b", [Term("tag", "a:b")]),
    ],
)
def test_it_is_taken_apart(query, terms):
    assert search_language.parse(query) == terms


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("is:new", "is: takes pinned or shared"),
        ("is:", "nothing stands after is:"),
        ("tag: todo", "nothing stands after tag:"),
        ('folder:" "', "nothing stands after folder:"),
        ("slug:%", "no letter or digit stands after slug:"),
        ("url:///", "no letter or digit stands after url:"),
        *(
            (f"before:{date}", "before: takes a date such as 2026-11-24, 2026-11 or 2026")
            for date in ("yesterday", "2026-13", "2026-02-30", "20261124", "2026-1", "0000", "٢٠٢٦")
        ),
        (" ".join("abcdefghijklmnopqrstu"), "has more than 20 terms"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(query, reason):
    with pytest.raises(SearchInvalid) as refusal:
        search_language.parse(query)

    assert refusal.value.facts["details"] == [{"pointer": "/query/q", "reason": reason}]


@pytest.mark.parametrize(
    ("date", "begins"), [("2026", "2026-01-01"), ("2026-02", "2026-02-01"), ("2026-02-03",) * 2]
)
def test_a_date_is_the_moment_it_begins(date, begins):
    assert Term("before", date).moment.isoformat() == f"{begins}T00:00:00+00:00"


@pytest.mark.parametrize(
    ("every", "none", "sqlite", "postgresql"),
    [
        ([], [], '{places} : ("o1" OR "f2") NOT ({places} : ("nowhere"))', "(o1:D | f2:D)"),
        (
            [Places(["sgo"], is_exact=False), Words(["plan"])],
            [],
            '{places} : ("o1" OR "f2") AND (({places} : ("sgo" *)'
            ' AND {title address notes} : ("plan" *)) NOT ({places} : ("nowhere")))',
            "(o1:D | f2:D) & (sgo:*D) & plan:*ABC",
        ),
        (
            [Words(["to", "read"]), Words(["a", "b"], "address", is_exact=True)],
            [],
            '{places} : ("o1" OR "f2") AND (({title address notes} : ("to read" *)'
            ' AND {address} : ("a b")) NOT ({places} : ("nowhere")))',
            "(o1:D | f2:D)"
            " & (to:A <-> read:*A | to:B <-> read:*B | to:C <-> read:*C) & (a:B <-> b:B)",
        ),
        (
            [],
            [Words(["x"]), Places(["t1"])],
            '{places} : ("o1" OR "f2") NOT ({title address notes} : ("x" *) OR {places} : ("t1"))',
            "(o1:D | f2:D) & !(x:*ABC) & !((t1:D))",
        ),
    ],
)
def test_it_is_said_in_the_words_of_either_index(every, none, sqlite, postgresql):
    match = Match("o1", ["f2"], every, none)

    assert match.fts5(["o1", "f2"]) == sqlite
    assert match.tsquery(["o1", "f2"]) == postgresql


ROW = SimpleNamespace(
    title="a plan to read",
    address="sgo example com b a",
    notes="plane",
    places="o1 f2 sgoing y2026",
)


@pytest.mark.parametrize(
    ("part", "is_there"),
    [
        (Words(["plan"]), True),
        (Words(["lan"]), False),
        (Words(["to", "re"]), True),
        (Words(["to", "re"], is_exact=True), False),
        (Words(["plane"], is_exact=True), True),
        (Words(["read", "sgo"]), False),  # not one after the other in one column
        (Words(["plan"], "address"), False),
        (Words(["b", "a"], "address", is_exact=True), True),
        (Places(["x", "f2"]), True),
        (Places(["sgo"]), False),
        (Places(["sgo"], is_exact=False), True),
    ],
)
def test_a_row_has_what_the_index_would_find_it_by(part, is_there):
    assert Match("o1", [], [part], []).has(ROW) is is_there
    assert Match("o1", [], [], [part]).has(ROW) is not is_there
