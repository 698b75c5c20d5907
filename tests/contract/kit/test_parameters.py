import pytest


def query(ask, query, path="/things"):
    answer = ask("GET", f"{path}?{query}")
    assert answer.status == 200, answer.body
    return answer.json


def refused(ask, query, path="/things", **more):
    answer = ask("GET", f"{path}?{query}", **more)
    assert answer.status == 400, answer.body
    assert answer.json["code"] == "INVALID_REQUEST"
    return answer.details


def test_a_default_stands_in_for_what_is_left_out(ask):
    assert query(ask, "") == {"limit": 20}


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ("limit=5", {"limit": 5}),
        ("limit=-0", None),
        ("price=1.5", {"price": 1.5}),
        ("price=1e2", {"price": 100.0}),
        ("flag=true", {"flag": True}),
        ("flag=false", {"flag": False}),
        ("word=", {"word": ""}),
        ("word=a%2Cb", {"word": "a,b"}),
        ("tags=a,b", {"tags": ["a,b"]}),
        ("tags=a&tags=b", {"tags": ["a", "b"]}),
        ("ids=1,2", {"ids": [1, 2]}),
    ],
)
def test_text_becomes_what_the_contract_says(ask, sent, given):
    if given is None:
        assert refused(ask, sent)
    else:
        assert query(ask, sent) == {"limit": 20, **given}


@pytest.mark.parametrize(
    ("sent", "pointer", "reason"),
    [
        ("limit=1_0", "/query/limit", "must be integer"),
        ("limit=%205", "/query/limit", "must be integer"),
        ("limit=5.0", "/query/limit", "must be integer"),
        ("limit=+5", "/query/limit", "must be integer"),
        ("limit=%D9%A3", "/query/limit", "must be integer"),
        ("limit=" + "9" * 5000, "/query/limit", "must be integer"),
        ("limit=", "/query/limit", "must be integer"),
        ("limit=5%0A", "/query/limit", "must be integer"),
        ("limit=101", "/query/limit", "must be at most 100"),
        ("limit=5&limit=7", "/query/limit", "must not be repeated"),
        ("price=nan", "/query/price", "must be number"),
        ("price=inf", "/query/price", "must be number"),
        ("price=1e999", "/query/price", "must be number"),
        ("flag=TRUE", "/query/flag", "must be boolean"),
        ("flag=1", "/query/flag", "must be boolean"),
        ("word=abcdef", "/query/word", "must have at most 5 characters"),
        ("word=B", "/query/word", "must match ^[a-z,]*$"),
        ("tags=a&tags=b&tags=c&tags=d", "/query/tags", "must have at most 3 items"),
        ("ids=1,x", "/query/ids/1", "must be integer"),
        ("ids=1&ids=2", "/query/ids", "must not be repeated"),
        ("limits=5", "/query/limits", "is not a known parameter"),
        ("a/b~=5", "/query/a~1b~0", "is not a known parameter"),
        ("word=%FF", "/query", "must be valid UTF-8"),
        ("word=%00", "/query", "must not contain NUL"),
    ],
)
def test_what_does_not_fit_is_named(ask, sent, pointer, reason):
    assert refused(ask, sent) == {pointer: reason}


def test_several_failures_are_told_together(ask):
    assert set(refused(ask, "limit=0&flag=x&more=1")) == {
        "/query/limit",
        "/query/flag",
        "/query/more",
    }


def test_at_most_twenty_failures_are_told(ask):
    assert len(refused(ask, "&".join(f"x{number}=1" for number in range(50)))) == 20


def test_too_many_fields_are_not_even_looked_at(ask):
    assert refused(ask, "&".join(["x=1"] * 500)).keys() == {"/query"}


ODD = "/odd-parameters"


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ("any=5", {"any": 5}),
        ("any=all", {"any": "all"}),
        ("all=good", {"all": "good"}),
        ("free=5", {"free": "5"}),
        ("filter[color]=red&filter[size]=5", {"filter": {"color": "red", "size": 5}}),
    ],
)
def test_a_schema_needs_no_type_of_its_own(ask, sent, given):
    assert query(ask, sent, ODD) == given


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ("any=10", "/query/any"),
        ("any=none", "/query/any"),
        ("all=ugly", "/query/all"),
        ("filter[color][a]=x", "/query/filter"),
        ("filter[color=x", "/query/filter"),
        ("filter[color]=x&filter[color]=y", "/query/filter"),
        ("filter=x", "/query/filter"),
        ("filter[size]=x", "/query/filter/size"),
        ("filter[weight]=1", "/query/filter/weight"),
    ],
)
def test_odd_parameters_are_refused_as_any_other(ask, sent, pointer):
    assert pointer in refused(ask, sent, ODD)


def test_headers_and_cookies_are_checked(ask):
    assert ask("GET", ODD, headers={"x-count": "5", "cookie": "flavour=plain"}).json == {}
    assert refused(ask, "", ODD, headers={"x-count": "x"}) == {"/header/X-Count": "must be integer"}
    assert refused(ask, "", ODD, headers=[("x-count", "1"), ("x-count", "2")]) == {
        "/header/X-Count": "must not be repeated"
    }
    assert refused(ask, "", ODD, headers={"cookie": "flavour=odd"}) == {
        "/cookie/flavour": "must be plain"
    }
