import pytest

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


def form(ask, body):
    return ask("POST", "/form", headers=URLENCODED, body=body)


def multipart(ask, body, content_type="multipart/form-data; boundary=X"):
    return ask("POST", "/file", headers={"content-type": content_type}, body=body)


def part(name, value, extra=""):
    disposition = f'Content-Disposition: form-data; name="{name}"{extra}'
    return f"--X\r\n{disposition}\r\n\r\n{value}\r\n".encode()


FILE = part("file", "content", '; filename="a.txt"')
END = b"--X--\r\n"


def test_fields_become_properties(ask):
    assert form(ask, b"name=a+b&age=5&tags=x&tags=y").json == {
        "name": "a b",
        "age": 5,
        "tags": ["x", "y"],
    }


@pytest.mark.parametrize(
    "body",
    [b"age=5", b"name=a&age=x", b"name=a&name=b", b"name=a&more=1", b"name=%FF", b"name=%00"],
)
def test_fields_that_do_not_fit_are_refused(ask, body):
    assert form(ask, body).status == 400


def test_a_file_is_an_argument_of_its_own(ask):
    answer = multipart(ask, FILE + part("note", "hello") + END)

    assert answer.json == {"note": "hello", "name": "a.txt", "content": "content"}


def test_a_boundary_may_hold_a_slash(ask):
    body = (FILE + END).replace(b"--X", b"--X/X")

    assert multipart(ask, body, 'multipart/form-data; boundary="X/X"').status == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FILE + END, "multipart/form-data"),
        (FILE + END, "multipart/form-data; boundary=Y"),
        (FILE, "multipart/form-data; boundary=X"),
        (b"nonsense", "multipart/form-data; boundary=X"),
        (part("file", "text") + END, "multipart/form-data; boundary=X"),
        (FILE + FILE + END, "multipart/form-data; boundary=X"),
        (FILE + part("note", "a", '; filename="b"') + END, "multipart/form-data; boundary=X"),
        (part("note", "a") + END, "multipart/form-data; boundary=X"),
        (b"--X\r\nnonsense\r\n\r\n--X--\r\n", "multipart/form-data; boundary=X"),
    ],
)
def test_parts_that_do_not_fit_are_refused(ask, body, content_type):
    assert multipart(ask, body, content_type).status == 400
