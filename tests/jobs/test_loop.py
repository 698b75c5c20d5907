"""The loop, in a thread of the server and as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import db
from jobs import loop
from jobs.background import run_in_thread

ROOT = Path(__file__).parents[2]


def wait_for(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_the_thread_sends_what_comes_and_stops_when_told(invite, inbox, settings):
    end = run_in_thread(settings)
    try:
        invite()
        wait_for(lambda: inbox.messages)
    finally:
        end()

    invite()
    assert len(inbox.messages) == 1


def test_the_loop_survives_a_database_that_is_away(invite, inbox, settings, monkeypatch, capsys):
    failures = [OperationalError("select", {}, Exception("away"))]
    reading = db.reading

    def away_at_first():
        if failures:
            raise failures.pop()
        return reading()

    monkeypatch.setattr(db, "reading", away_at_first)
    monkeypatch.setattr(loop, "PAUSE_AFTER_ERROR_SECONDS", 0.01)
    invite()

    end = run_in_thread(settings)
    try:
        wait_for(lambda: inbox.messages)
    finally:
        end()

    [failure] = [
        line for line in capsys.readouterr().out.splitlines() if "OperationalError" in line
    ]
    assert json.loads(failure)["level"] == "error"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_sends_mail_and_stops_cleanly(number, invite, inbox, settings):
    invite()
    environment = {
        **os.environ,
        "DATABASE_URL": db.engine().url.render_as_string(hide_password=False),
        "DATA_DIR": str(settings.data_dir),
        "SMTP_URL": inbox.url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        wait_for(lambda: inbox.messages)
        process.send_signal(number)
        told, _ = process.communicate(timeout=15)
    finally:
        process.kill()

    assert process.returncode == 0
    lines = [json.loads(line) for line in told.splitlines()]
    assert any("sent (invitation)" in line["message"] for line in lines)
    assert {line["level"] for line in lines} == {"info"}
    assert "very-secret" not in told


def test_a_wrong_setting_ends_the_process_with_its_name(tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": "",
        "DATA_DIR": str(tmp_path),
        "SMTP_URL": "http://x",
    }

    ended = subprocess.run(
        [sys.executable, "-m", "jobs"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert "SMTP_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
