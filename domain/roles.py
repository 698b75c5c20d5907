"""Who may do what: one table, role by action."""

from errors import Forbidden

RANK = {"member": 1, "admin": 2, "owner": 3}

# The lowest role that may.
LOWEST = {
    "read": "member",
    "rename": "admin",
    "invite": "admin",
    "see_invitations": "admin",
    "change_roles": "admin",
    "remove_members": "admin",
    "set_seats": "admin",
    "manage_teams": "admin",
    "transfer": "owner",
    "delete": "owner",
}


class RoleTooHigh(Forbidden):
    error = "You may not grant or take a role above your own."


def require(role: str, action: str) -> None:
    if RANK[role] < RANK[LOWEST[action]]:
        raise Forbidden


def require_not_above(own: str, *others: str) -> None:
    if any(RANK[other] > RANK[own] for other in others):
        raise RoleTooHigh


def is_administrator(role: str) -> bool:
    return RANK[role] >= RANK["admin"]
