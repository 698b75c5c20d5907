"""What any program needs: every page of a list, a safe second try, a refusal by its type."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar
from uuid import UUID, uuid4

import httpx
from slugbase_client import AuthenticatedClient
from slugbase_client.api.invitations import list_invitations
from slugbase_client.models import ErrorCode, Invitation, InvitationPage, SeatLimitError
from slugbase_client.types import UNSET, Response, Unset

Body = TypeVar("Body")


def every_invitation(client: AuthenticatedClient, organization: UUID) -> Iterator[Invitation]:
    cursor: str | Unset = UNSET
    while True:
        page = list_invitations.sync(organization, client=client, limit=2, cursor=cursor)
        if not isinstance(page, InvitationPage):
            raise RuntimeError(page)
        yield from page.items
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def until_answered(send: Callable[[str], Response[Body]], tries: int = 5) -> Response[Body]:
    """Sends again under the same key, so that the server does it once however often it is asked."""
    key = str(uuid4())
    for _ in range(tries - 1):
        try:
            response = send(key)
        except httpx.TransportError:  # it may have been done or not
            time.sleep(1)
            continue
        if "Retry-After" not in response.headers:
            return response
        time.sleep(int(response.headers["Retry-After"]))
    return send(key)


def told(refusal: object) -> str:
    match refusal:
        case SeatLimitError(code=ErrorCode.TEAM_SEAT_LIMIT):
            return (
                f"refused {refusal.code}: {refusal.seats_total} seats, {refusal.seats_used} used, "
                f"{refusal.pending_invitations} pending, {refusal.included_seats} included, "
                f"{refusal.extra_seats} extra"
            )
        case _:
            raise RuntimeError(refusal)
