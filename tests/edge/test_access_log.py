"""One line for each request, and never a secret in it."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

import clock
from tests.edge.asgi import answering, front, request, send_request

CHANGE = "handlers.things.change_thing"
SECRET = "sb_vN8s0mS6cWc0f8n1T2yq3Yx4Zk5Lr6Qp7Wd8Ge9Hj0"


def logged(capsys, app, *args, **kwargs):
    request(front(app), *args, **kwargs)
    [line] = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_a_line_says_what_was_asked_by_whom_and_how_it_went(capsys, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 1, 2, 3, 4, 5, 678000, UTC))
    user = SimpleNamespace(user_id="u-1", organization_id="o-1")

    line = logged(
        capsys,
        answering(201, operation_id=CHANGE, user=user),
        method="POST",
        headers=[("x-request-id", "r")],
    )

    assert line.pop("ms") >= 0
    assert line == {
        "time": "2026-01-02T03:04:05.678000Z",
        "level": "info",
        "request_id": "r",
        "method": "POST",
        "path": "/api/things/{id}",
        "operation": "change_thing",
        "status": 201,
        "user": "u-1",
        "organization": "o-1",
        "ip": "192.0.2.1",
    }


def test_what_is_unknown_is_null(capsys):
    line = logged(capsys, answering(404, operation_id=None), client=None)

    assert [line[key] for key in ("operation", "user", "organization", "ip")] == [None] * 4


def test_a_failure_of_ours_is_an_error(capsys):
    assert logged(capsys, answering(503))["level"] == "error"


def test_headers_and_query_stay_out_of_the_log(capsys):
    request(
        front(answering()),
        query=f"token={SECRET}".encode(),
        headers=[("Authorization", f"Bearer {SECRET}"), ("Cookie", f"token={SECRET}")],
    )

    assert SECRET not in capsys.readouterr().out


def test_the_path_is_the_documents_not_the_callers(capsys):
    line = logged(capsys, answering(operation_id=CHANGE), f"/api/things/{SECRET}")

    assert (line["path"], line["operation"]) == ("/api/things/{id}", "change_thing")


@pytest.mark.parametrize("path", [f"/api/nothing/{SECRET}", '/"\n{"level":"error"}\udcff/é'])
def test_a_path_the_document_lacks_is_not_shown(capsys, path):
    async def call():
        async def send(message):
            pass

        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        await front(answering(404, operation_id=None))(scope, None, send)

    asyncio.run(call())
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["path"] == "unmatched"


def test_the_log_can_be_switched_off(capsys):
    request(front(answering(), access_log=False))

    assert capsys.readouterr().out == ""


def test_a_line_is_out_in_the_next_round_of_the_loop(capsys):
    async def call():
        await send_request(front(answering()))
        before = capsys.readouterr().out
        await asyncio.sleep(0)
        return before, capsys.readouterr().out

    before, after = asyncio.run(call())
    assert before == ""
    assert after.count("\n") == 1


def test_a_loop_that_ended_early_does_not_silence_the_next(capsys):
    app = front(answering())
    abandoned = asyncio.new_event_loop()
    answered = abandoned.create_task(send_request(app))
    abandoned.call_soon(abandoned.stop)
    abandoned.run_forever()
    abandoned.close()
    assert (answered.done(), capsys.readouterr().out) == (True, "")

    request(app)

    assert capsys.readouterr().out.count("\n") == 2


def test_nothing_is_lost_when_the_process_ends_before_the_next_round():
    program = """
import asyncio
from tests.edge.asgi import answering, front, send_request

loop = asyncio.new_event_loop()
answered = loop.create_task(send_request(front(answering())))
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert json.loads(ended.stdout)["status"] == 200
