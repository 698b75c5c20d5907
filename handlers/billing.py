"""Tag: Billing."""

from typing import Any

import clock
import config
from db import reading, transaction
from domain import access, plans, seats
from handlers import etags, shapes
from security.principal import Principal

Json = dict[str, Any]


def get_plan(user: Principal) -> etags.Answer:
    mail_is_on = bool(config.settings().smtp_url.get_secret_value())
    with reading() as session:
        organization, _ = access.current_organization(session, user)
        return etags.answer(shapes.current_plan(organization, mail_is_on=mail_is_on))


def get_billing_overview(user: Principal) -> etags.Answer:
    with reading() as session:
        organization, _ = access.current_organization(session, user)
        counted = seats.count(session, organization, clock.now())
        return etags.answer(shapes.billing_overview(organization, counted))


def set_extra_seats(orgId: str, body: Json, user: Principal) -> Json:
    with transaction() as session:
        organization, _ = access.organization_for(session, user, orgId, "set_seats", lock=True)
        plans.require_team(organization)
        counted = seats.set_extra(session, organization, body["extra_seats"], clock.now())
        return shapes.seats(organization, counted)
