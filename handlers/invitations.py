"""Tag: Invitations."""

from typing import Any

from sqlalchemy.orm import Session

import config
from db import reading, transaction
from domain import access, invitation_answers, invitation_views, invitations
from domain.invitations import Sent, Wanted
from errors import Refusal
from handlers import etags, shapes
from security.principal import Principal

Json = dict[str, Any]


def create_invitation(id: str, body: Json, user: Principal) -> tuple[Json, int, dict[str, str]]:
    with transaction() as session:
        sent = invitations.invite(session, user, id, Wanted(**body))
        location = {"Location": f"/api/organizations/{id}/invitations/{sent.invitation_id}"}
        return _sent(session, sent), 201, location


def create_invitations(id: str, body: Json, user: Principal) -> tuple[Json, int]:
    batch = [Wanted(**item) for item in body["invitations"]]
    with transaction() as session:
        outcomes = invitations.invite_all(session, user, id, batch, atomic=body["atomic"])
        results = [
            _batch_item(session, wanted.email, outcome)
            for wanted, outcome in zip(batch, outcomes, strict=True)
        ]
    invited = sum(isinstance(outcome, Sent) for outcome in outcomes)
    return {"results": results, "invited": invited, "refused": len(outcomes) - invited}, 207


def list_invitations(
    id: str,
    user: Principal,
    limit: int,
    state: str | None = None,
    cursor: str | None = None,
) -> etags.Answer:
    with reading() as session:
        access.organization_for(session, user, id, "see_invitations")
        rows, after = invitation_views.page(session, id, state=state, cursor=cursor, limit=limit)
        teams = invitation_views.teams_of(session, id, [row.id for row in rows])
    items = [shapes.invitation(row, teams.get(row.id, [])) for row in rows]
    return etags.answer({"items": items, "next_cursor": after})


def get_invitation(id: str, invitationId: str, user: Principal) -> etags.Answer:
    with reading() as session:
        access.organization_for(session, user, id, "see_invitations")
        return etags.answer(_invitation(session, id, invitationId))


def revoke_invitation(id: str, invitationId: str, user: Principal) -> Json:
    with transaction() as session:
        invitations.revoke(session, user, id, invitationId)
        return _invitation(session, id, invitationId)


def resend_invitation(id: str, invitationId: str, user: Principal) -> Json:
    with transaction() as session:
        return _sent(session, invitations.resend(session, user, id, invitationId))


def inspect_invitation(body: Json) -> Json:
    with reading() as session:
        return shapes.invitation_preview(invitation_answers.inspect(session, body["token"]))


def accept_invitation(body: Json, user: Principal) -> Json:
    with transaction() as session:
        own, is_new = invitation_answers.accept(
            session, user, body.get("token"), body.get("invitation_id")
        )
        return {
            "message": "Joined organization" if is_new else "Already a member",
            "orgId": own.organization_id,
            "organization_id": own.organization_id,
            "role": own.role,
        }


def decline_invitation(body: Json, user: Principal) -> Json:
    with transaction() as session:
        invitation_answers.decline(session, user, body.get("token"), body.get("invitation_id"))
    return {"message": "Invitation declined"}


def list_my_invitations(user: Principal) -> etags.Answer:
    with reading() as session:
        rows = invitation_answers.addressed_to(session, user)
        return etags.answer([shapes.received_invitation(row) for row in rows])


def _invitation(session: Session, organization_id: str, invitation_id: str) -> Json:
    row = invitation_views.one(session, organization_id, invitation_id)
    teams = invitation_views.teams_of(session, organization_id, [invitation_id])
    return shapes.invitation(row, teams.get(invitation_id, []))


def _sent(session: Session, sent: Sent) -> Json:
    return {
        **_invitation(session, sent.organization_id, sent.invitation_id),
        "accept_url": config.settings().public_url + sent.link,
    }


def _batch_item(session: Session, email: str, outcome: Sent | Refusal) -> Json:
    if isinstance(outcome, Sent):
        return {"email": email, "status": 201, "invitation": _sent(session, outcome)}
    refusal = {"error": outcome.error, "code": outcome.code, "message": outcome.message}
    facts = {name: fact for name, fact in outcome.facts.items() if name != "details"}
    return {"email": email, "status": outcome.status, "refusal": {**refusal, **facts}}
