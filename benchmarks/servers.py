"""The servers that are compared; each is started as `uvicorn benchmarks.servers:<name>`."""

import json
import os
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg

import app
import config
import db
from benchmarks import untouched
from edge.rate_limits import LIMITS
from security.tokens import hash_secret

FLOOR = Path(os.environ.get("FLOOR", "floor.json"))
# Counted as in production, but nobody is refused.
ENDLESS = {name: replace(each, amount=10**9) for name, each in LIMITS.items()}


def ours() -> Any:
    settings = config.settings()
    db.connect(settings.database)
    return app.create_app(settings, limits=ENDLESS)


def stock() -> Any:
    settings = config.settings()
    db.connect(settings.database)
    return untouched.create_app(settings, ENDLESS)


def bare() -> Any:
    """The floor: an ASGI application that knows the answers by heart."""
    answers = {
        (each["method"], each["path"]): (each["status"], each["body"].encode(), each["location"])
        for each in json.loads(FLOOR.read_text())
    }

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "POST":
            await receive()
        status, body, location = answers[scope["method"], scope["path"]]
        await _send(send, status, body, location)

    return application


def sql() -> Any:
    """The same statements for a list of members, by the plain driver, in a bare application."""
    fetch = _by_sqlite() if config.settings().database.startswith("sqlite") else _by_psycopg()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        token = dict(scope["headers"])[b"authorization"].decode().removeprefix("Bearer ")
        body = orjson.dumps(fetch(token, scope["path"].split("/")[3]))
        await _send(send, 200, body)

    return application


async def _send(send: Any, status: int, body: bytes, location: str | None = None) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if location:
        headers.append((b"location", location.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


TOKEN = "SELECT user_id FROM api_tokens WHERE token_hash = ? AND revoked_at IS NULL"
OWN = "SELECT role FROM memberships WHERE organization_id = ? AND user_id = ?"
MEMBERS = """
SELECT m.user_id, m.role, m.joined_at, u.email, u.name FROM memberships m
JOIN users u ON u.id = m.user_id WHERE m.organization_id = ?
ORDER BY m.joined_at, m.user_id LIMIT 500
"""
COLUMNS = ("user_id", "role", "joined_at", "email", "name")


def _by_sqlite() -> Any:
    path = config.settings().database.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def fetch(token: str, organization: str) -> Any:
        [user] = connection.execute(TOKEN, (hash_secret(token),)).fetchone()
        connection.execute(OWN, (organization, user)).fetchone()
        rows = connection.execute(MEMBERS, (organization,)).fetchall()
        return [_member(row, datetime.fromisoformat(row[2])) for row in rows]

    return fetch


def _by_psycopg() -> Any:
    url = config.settings().database.replace("+psycopg", "")
    connection = psycopg.connect(url, autocommit=True)

    def run(text: str, *values: str) -> Any:
        return connection.execute(text.replace("?", "%s"), values)

    def fetch(token: str, organization: str) -> Any:
        [user] = run(TOKEN, hash_secret(token)).fetchone()
        run(OWN, organization, user).fetchone()
        return [_member(row, row[2]) for row in run(MEMBERS, organization).fetchall()]

    return fetch


def _member(row: Any, joined: datetime) -> dict[str, Any]:
    stamp = joined.strftime("%Y-%m-%dT%H:%M:%S.") + f"{joined.microsecond // 1000:03}Z"
    return {**dict(zip(COLUMNS, row, strict=True)), "joined_at": stamp}
