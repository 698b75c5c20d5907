"""A credential is enough here when it is there."""

from typing import Any

from contract.security import ApiKey, Bearer


async def anybody(credential: str) -> dict[str, str]:
    return {"sub": credential}


class AnyBearer(Bearer):
    def _resolve_func(self, security_scheme: Any) -> Any:
        return anybody


class AnyKey(ApiKey):
    def _resolve_func(self, security_scheme: Any) -> Any:
        return anybody


SECURITY_MAP = {"bearer": AnyBearer, "apiKey": AnyKey}
