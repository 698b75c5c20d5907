"""Tag: API tokens."""

from typing import Any

from db import reading, transaction
from domain import api_tokens
from handlers import etags, shapes
from security.principal import Principal

Json = dict[str, Any]


def list_api_tokens(user: Principal) -> etags.Answer:
    with reading() as session:
        tokens = api_tokens.live(session, user)
        return etags.answer([shapes.api_token(token) for token in tokens])


def create_api_token(body: Json, user: Principal) -> tuple[Json, int]:
    with transaction() as session:
        token, secret = api_tokens.create(
            session,
            user,
            body["name"],
            body.get("scopes"),
            body.get("expires_in_days"),
            body["organization_only"],
        )
        return shapes.created_api_token(token, secret), 201


def revoke_api_token(id: str, user: Principal) -> Json:
    with transaction() as session:
        api_tokens.revoke(session, user, id)
    return {"message": "Token revoked"}
