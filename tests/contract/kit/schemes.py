"""The functions that the small document names to check credentials."""

import errors


class TokenExpired(errors.Unauthorized):
    code = "TOKEN_EXPIRED"


async def bearer(token, request):
    if token == "expired":
        raise TokenExpired
    return {"sub": token, "path": request.scope["path"]} if token != "bad" else None


def cookie(token, required_scopes):
    return {"sub": token} if token != "bad" else None
