"""Tag: Pages."""

from starlette.responses import Response

import config
from pages import rendering


async def show_sign_in(redirect: str | None = None) -> Response:
    then = rendering.own_path(redirect)
    return _page("sign_in", then=then, has_docs=config.settings().api_docs)


async def show_invitation() -> Response:
    return _page("invitation")


async def show_verification() -> Response:
    return _page("verification")


def _page(name: str, **facts: object) -> Response:
    return Response(rendering.page(name, **facts), headers=rendering.HEADERS_WITH_FORM)
