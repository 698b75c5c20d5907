import pytest

ID = "0190f5a0-0000-7000-8000-000000000000"


def test_what_is_written_out_goes_before_a_parameter(ask):
    assert ask("GET", "/names/first").json == {"name": "the first"}
    assert ask("GET", "/names/first/b").json == {"name": "first", "part": "b"}


@pytest.mark.parametrize(
    ("sent", "name"),
    [("a%2Fb", "a/b"), ("%C3%A9t%C3%A9", "été"), ("a+b", "a+b"), ("a%20b", "a b"), ("%25", "%")],
)
def test_a_path_is_split_before_it_is_decoded(ask, sent, name):
    assert ask("GET", f"/names/{sent}/x").json["name"] == name


def test_what_is_written_out_may_come_encoded(ask):
    assert ask("GET", "/n%61mes/first").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        "/things/",
        "//things",
        "/names//x",
        "/names/a",
        "/names/a/b/c",
        "/things%2F" + ID,
        "/names/%FF/x",
        "/names/a%00b/x",
        "/names/%00/x",
        "/pages/abc",
        "/pages/0",
        "/pages/1001",
        "/pages/1_0",
        "/pages/" + "9" * 5000,
        "/pages/%D9%A3",
        "/pages/+5",
        "/things/not-a-uuid",
        "/names/" + "x" * 21 + "/y",
    ],
)
def test_there_is_nothing_at_other_paths(ask, path):
    answer = ask("GET", path)

    assert answer.status == 404
    assert answer.json["code"] == "NOT_FOUND"


def test_a_server_may_leave_the_raw_path_out(ask):
    assert ask("GET", "/names/a%20b/c%25d", raw_path=None).json == {"name": "a b", "part": "c%d"}


def test_bytes_that_are_no_ascii_are_found_nowhere(ask):
    assert ask("GET", "/x", raw_path="/names/é/x".encode()).status == 404


def test_another_method_names_all_that_are_there(ask):
    answer = ask("PUT", "/things")

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert answer.json["code"] == "METHOD_NOT_ALLOWED"
    assert ask("FOO", f"/things/{ID}").headers["allow"] == "DELETE, GET, HEAD, OPTIONS"


def test_options_is_answered_without_a_handler(ask):
    answer = ask("OPTIONS", "/bare")

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers == {"allow": "OPTIONS, POST"}


def test_head_is_get_without_its_body(ask):
    get, head = ask("GET", "/pages/3"), ask("HEAD", "/pages/3")

    assert (head.status, head.body) == (200, b"")
    assert head.headers == get.headers
    assert ask("HEAD", "/cookies").body == b""


def test_a_refused_head_has_no_body_either(ask):
    answer = ask("HEAD", "/nowhere")

    assert (answer.status, answer.body) == (404, b"")
    assert int(answer.headers["content-length"]) > 0


def test_accept_refuses_nothing(ask):
    answer = ask("GET", "/pages/3", headers={"accept": "text/html"})

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


def test_layers_further_out_read_what_routing_found(ask):
    shared = {}

    ask("GET", "/pages/3", extensions=shared)

    assert "connexion_routing" in shared


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/links/a", {"name": "a"}),
        ("/links/a+", {"marked": "a"}),
        ("/links/a%2B", {"marked": "a"}),
        ("/links/+", {"name": "+"}),
        ("/links/a/b/c", {"name": "a", "rest": "b/c"}),
        ("/links/a/b%2Fc%20d/%C3%A9", {"name": "a", "rest": "b%2Fc%20d/%C3%A9"}),
        ("/links/a+/b", {"name": "a+", "rest": "b"}),
        ("/links/a/", {"name": "a", "rest": ""}),
        ("/links/a/b/", {"name": "a", "rest": "b/"}),
        ("/links/a/last/b", {"name": "a", "last": "b"}),
        ("/links/a/last/b/c", {"name": "a", "rest": "last/b/c"}),
        ("/links/a/last", {"name": "a", "rest": "last"}),
    ],
)
def test_a_parameter_may_end_before_its_segment_or_take_all_that_are_left(ask, path, given):
    assert ask("GET", path).json == given


@pytest.mark.parametrize("path", ["/links/a/%FF", "/links/a/b%00", "/links/a/" + "x" * 41])
def test_the_rest_of_a_path_is_held_against_its_schema(ask, path):
    assert ask("GET", path).status == 404


def test_whatever_the_query_holds_is_let_through_where_the_document_says_so(ask):
    assert ask("GET", "/links/a?b=1&b=2&c").json == {"name": "a"}
    assert ask("GET", "/links/a?b=%FF").status == 400
    assert ask("GET", "/links/a/b?c=1").status == 400
