"""Tag: System."""

import os
from importlib.metadata import version
from typing import Any

from starlette.responses import Response

import config
import db
from contract.current import document
from edge import metrics
from errors import Unavailable
from handlers import cookies
from migrations import applied
from security import caller, csrf


class NotReady(Unavailable):
    error = "The server cannot serve requests yet."
    message = "Wait a moment; if it stays, run `slugbase doctor`."


def get_csrf_token() -> tuple[dict[str, str], int, dict[str, str]]:
    token = csrf.token_for(caller.cookie(csrf.COOKIE))
    return {"csrfToken": token}, 200, cookies.csrf(token)


async def get_health() -> dict[str, str]:
    return {"status": "ok"}


def get_readiness() -> dict[str, str]:
    migration = applied.revision()
    if migration is None or migration != applied.newest():
        raise NotReady(headers={"Retry-After": "5"})
    return {
        "status": "ready",
        "database": db.engine().dialect.name,
        "migration": migration,
    }


async def get_version() -> dict[str, Any]:
    return {
        "version": version("slugbase"),
        "commit": os.environ.get("COMMIT_SHA"),
        "mode": config.settings().mode,
    }


async def get_contract_yaml() -> Response:
    return Response(document().text, media_type="application/yaml")


async def get_contract_json() -> Response:
    return Response(document().json, media_type="application/json")


async def get_metrics() -> Response:
    return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)
