"""What each plan includes."""

from dataclasses import dataclass

from errors import Forbidden
from models import Organization


@dataclass(frozen=True)
class Plan:
    included_seats: int
    bookmark_limit: int | None
    has_teams: bool  # sharing to teams, members, invitations, audit log
    has_ai: bool


PLANS = {
    "free": Plan(included_seats=1, bookmark_limit=50, has_teams=False, has_ai=False),
    "personal": Plan(included_seats=1, bookmark_limit=None, has_teams=False, has_ai=True),
    "team": Plan(included_seats=5, bookmark_limit=None, has_teams=True, has_ai=True),
    "supporter": Plan(included_seats=1, bookmark_limit=None, has_teams=False, has_ai=True),
}


class PlanRequiresTeam(Forbidden):
    code = "PLAN_REQUIRES_TEAM"
    error = "This needs the Team plan."
    message = "An owner can move the organization to the Team plan."


class PlanRequiresAi(Forbidden):
    code = "PLAN_REQUIRES_AI"
    error = "AI suggestions are available on Personal, Team, and Early Supporter plans."
    message = "An owner can move the organization to one of these plans."


def of(organization: Organization) -> Plan:
    return PLANS[organization.plan]


def require_team(organization: Organization) -> None:
    if not of(organization).has_teams:
        raise PlanRequiresTeam


def require_ai(organization: Organization) -> None:
    if not of(organization).has_ai:
        raise PlanRequiresAi


def change(organization: Organization, plan: str) -> None:
    """Nobody is ever removed by a change of plan; a smaller one only stops new members."""
    organization.plan = plan
    organization.included_seats = PLANS[plan].included_seats
    if not PLANS[plan].has_teams:
        organization.extra_seats = 0
