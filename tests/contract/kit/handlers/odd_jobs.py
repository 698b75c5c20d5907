"""Tag: Odd jobs. What the server must get right besides."""

import contextvars
import threading

from starlette.responses import Response

import errors

WHO = contextvars.ContextVar("who", default="nobody")


class Clashes(errors.Conflict):
    code, error, message = "CLASHES", "It clashes.", "Choose another."


def get_page(number):
    return {"number": number}


def get_first_name():
    return {"name": "the first"}


def get_name(name, part_name):
    return {"name": name, "part": part_name}


def get_link(name):
    return {"name": name}


def get_marked_link(name):
    return {"marked": name}


def get_last_part(name, part):
    return {"name": name, "last": part}


def get_rest_of_link(name, rest):
    return {"name": name, "rest": rest}


def get_odd_parameters(**given):
    return {name: value for name, value in given.items() if name not in ("user", "token_info")}


def create_note(body=None):
    return {"body": body}


def create_nothing():
    return {"done": True}


def create_raw(body):
    return {"length": len(body)}


def create_form(body):
    return body


async def create_file(body, file):
    content = await file.read()
    return {"note": body.get("note"), "name": file.filename, "content": content.decode()}


def get_text():
    return "words, wörds"


def get_moved():
    return None, 302, {"Location": "/elsewhere"}


def get_cookies():
    response = Response(b'{"set":true}', media_type="application/json")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


def get_thread():
    return {"thread": threading.current_thread().name, "who": WHO.get()}


def get_quickly():
    return {"thread": threading.current_thread().name}


async def get_later():
    return {"thread": threading.current_thread().name}


def get_broken():
    raise RuntimeError("the secret detail")


def get_refused():
    raise Clashes(seats_total=5, headers={"Retry-After": "7"})


def get_teapot():
    return {"tea": True}, 418


def get_promise():
    return {"broken": True}
