"""Tag: System."""

import os
from collections.abc import Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

import config
import db
from contract.current import document
from docs_page import files
from edge import metrics
from errors import NotFound, Unavailable
from handlers import cookies, etags
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


def get_api_docs() -> Response:
    return _kept(files.page(), {"Content-Security-Policy": files.POLICY})


def get_api_docs_document() -> Response:
    return _kept(files.document())


def get_api_docs_script(file: str) -> Response:
    return _kept(files.scripts()[file])


def _kept(file: files.File, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    """A file that whoever asks may keep, as long as it asks each time whether it has changed."""
    if not config.settings().api_docs:
        raise NotFound
    shown = {"ETag": file.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", **headers}
    if etags.is_seen(file.etag):
        return Response(status_code=304, headers=shown)
    if "gzip" in (caller.header("accept-encoding") or ""):
        shown["Content-Encoding"] = "gzip"
        return Response(file.packed, headers=shown, media_type=file.media)
    return Response(file.plain, headers=shown, media_type=file.media)
