"""Tag: Bulk."""

from typing import Any

from db import transaction
from domain import bulk
from errors import Refusal
from security.principal import Principal

Json = dict[str, Any]


def change_bookmarks(body: Json, user: Principal) -> tuple[Json, int]:
    with transaction() as session:
        done = bulk.change(session, user, body)
    results = [_result(id, outcome) for id, outcome in done.outcomes.items()]
    changed = sum(result["status"] == 200 for result in results)
    return {
        "results": results,
        "done": changed,
        "refused": len(results) - changed,
        "has_more": done.has_more,
    }, 207


def _result(id: str, outcome: Any) -> Json:
    if isinstance(outcome, Refusal):
        refusal = {"error": outcome.error, "code": outcome.code, "message": outcome.message}
        return {"id": id, "status": outcome.status, "refusal": refusal}
    return {"id": id, "status": 200, "version": outcome.version}
