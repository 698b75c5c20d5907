"""A credential is enough here when it is there."""


async def anybody(credential: str) -> dict[str, str]:
    return {"sub": credential}
