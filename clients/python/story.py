"""Invites until the team is full, reads the refusal, lists what is open, and takes one back."""

import os
from itertools import count
from uuid import UUID

from recipes import every_invitation, told, until_answered
from slugbase_client import AuthenticatedClient
from slugbase_client.api.invitations import create_invitation, revoke_invitation
from slugbase_client.models import Invitation, NewInvitation, SentInvitation


def main() -> None:
    organization = UUID(os.environ["ORGANIZATION"])
    with AuthenticatedClient(os.environ["BASE_URL"], token=os.environ["TOKEN"]) as client:
        fill(client, organization)
        newest, *_ = invitations = list(every_invitation(client, organization))
        for each in invitations:
            print(f"listed {each.email} {each.state}")
        revoked = revoke_invitation.sync(organization, newest.id, client=client)
        assert isinstance(revoked, Invitation), revoked
        print(f"now {revoked.email} {revoked.state}")


def fill(client: AuthenticatedClient, organization: UUID) -> None:
    for number in count(1):
        body = NewInvitation(email=f"guest{number}@example.com")
        response = until_answered(
            lambda key, body=body: create_invitation.sync_detailed(  # type: ignore[misc]
                organization, client=client, body=body, idempotency_key=key
            )
        )
        if not isinstance(response.parsed, SentInvitation):
            print(told(response.parsed))
            return
        again = " (the first answer again)" if "Idempotency-Replayed" in response.headers else ""
        print(f"invited {response.parsed.email}{again}")


if __name__ == "__main__":
    main()
