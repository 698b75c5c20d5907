"""One line for each request, and never a secret in it."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import clock
from edge.front import Front
from tests.edge.asgi import answering, request, send_request, settings

SECRET = "sb_vN8s0mS6cWc0f8n1T2yq3Yx4Zk5Lr6Qp7Wd8Ge9Hj0"


def logged(capsys, app, *args, **kwargs):
    request(Front(app, settings=settings()), *args, **kwargs)
    [line] = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_a_line_says_what_was_asked_by_whom_and_how_it_went(capsys, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 1, 2, 3, 4, 5, 678000, UTC))
    user = SimpleNamespace(user_id="u-1", organization_id="o-1")

    line = logged(capsys, answering(201, user=user), method="POST", headers=[("x-request-id", "r")])

    assert line.pop("ms") >= 0
    assert line == {
        "time": "2026-01-02T03:04:05.678000Z",
        "level": "info",
        "request_id": "r",
        "method": "POST",
        "path": "/api/things",
        "operation": "list_things",
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
        Front(answering(), settings=settings()),
        query=f"token={SECRET}".encode(),
        headers=[("Authorization", f"Bearer {SECRET}"), ("Cookie", f"token={SECRET}")],
    )

    assert SECRET not in capsys.readouterr().out


def test_a_token_pasted_into_the_address_stays_out_of_the_log(capsys):
    line = logged(capsys, answering(404), f"/api/invitations/{SECRET}/accept")

    assert line["path"] == "/api/invitations/{…}/accept"


def test_an_id_in_the_address_is_shown(capsys):
    path = "/api/bookmarks/01a20fb2-03b1-704f-9ef6-ebb05c782d3f"

    assert logged(capsys, answering(), path)["path"] == path


def test_an_endless_address_is_cut_between_segments(capsys):
    shown = logged(capsys, answering(404), "/abcdefg" * 1000)["path"]

    assert shown == "/abcdefg" * 63 + "/…"


def test_an_address_cannot_break_the_line(capsys):
    path = '/api/"\n{"level":"error"}\udcff/é'

    async def call():
        sent = []

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        await Front(answering(), settings=settings())(scope, None, send)

    asyncio.run(call())
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["path"] == '/api/"\n{"level":"error"}?/é'


def test_the_log_can_be_switched_off(capsys):
    request(Front(answering(), settings=settings(access_log=False)))

    assert capsys.readouterr().out == ""


def test_a_line_is_out_in_the_next_round_of_the_loop(capsys):
    async def call():
        await send_request(Front(answering(), settings=settings()))
        before = capsys.readouterr().out
        await asyncio.sleep(0)
        return before, capsys.readouterr().out

    before, after = asyncio.run(call())
    assert before == ""
    assert after.count("\n") == 1


def test_a_loop_that_ended_early_does_not_silence_the_next(capsys):
    app = Front(answering(), settings=settings())
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
from edge.front import Front
from tests.edge.asgi import answering, send_request, settings

loop = asyncio.new_event_loop()
answered = loop.create_task(send_request(Front(answering(), settings=settings())))
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert json.loads(ended.stdout)["status"] == 200
