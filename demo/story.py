"""The main job from an empty installation to a full team, over HTTP: `make demo`."""

import secrets
from dataclasses import dataclass

from demo.conversation import Conversation
from demo.installation import Installation, running, text_of, token_in

PASSWORD = "Correct-Horse-7"
FULL = {
    "seats_total": 5,
    "seats_used": 2,
    "pending_invitations": 3,
    "included_seats": 5,
    "extra_seats": 0,
}


@dataclass(frozen=True)
class Person:
    name: str
    email: str


class Story:
    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._talk = Conversation(installation.url)
        # Other names each time, so that the story can be told again on the same database.
        self._chapter = secrets.token_hex(3)

    def tell(self) -> None:
        owner = self._sign_up(self._person("Ada Lovelace"))
        organization = self._make_organization(owner)
        token = self._make_token(owner, organization)
        invitations = f"/api/organizations/{organization}/invitations"
        self._invite_and_accept(invitations, token, self._person("Grace Hopper"))
        pending = self._fill_seats(invitations, token)
        self._meet_limit(invitations, token)
        self._make_room(invitations, token, pending)

    def _person(self, name: str) -> Person:
        return Person(name, f"{name.split()[0].lower()}.{self._chapter}@example.com")

    def _sign_up(self, person: Person) -> str:
        """The access token of a new account with a proven address."""
        self._talk.step(f"{person.name} registers")
        account = {"email": person.email, "name": person.name, "password": PASSWORD}
        self._talk.post("/api/auth/register", account, expect=201)

        self._talk.step(f"{person.name} follows the link in the mail")
        link = self._read_mail(person, "/app/verify-email")
        self._talk.post("/api/auth/verify-signup", {"token": link}, expect=200)

        self._talk.step(f"{person.name} signs in")
        credentials = {"email": person.email, "password": PASSWORD}
        answer = self._talk.post("/api/auth/login", credentials, expect=200)
        return str(answer["access_token"])

    def _read_mail(self, person: Person, page: str) -> str:
        """Shows the mail; the token of its link."""
        mail = self._installation.mail_to(person.email, page)
        self._talk.show(f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{text_of(mail)}\n")
        return token_in(mail)

    def _make_organization(self, owner: str) -> str:
        self._talk.step("An organization")
        name = {"name": f"Analytical Engines {self._chapter}"}
        made = self._talk.post("/api/organizations", name, expect=201, token=owner)

        self._talk.step("The operator gives it the Team plan")
        words = ("org", "set-plan", made["id"], "team")
        self._talk.show(f"$ slugbase {' '.join(words)}\n{self._installation.command(*words)}")
        return str(made["id"])

    def _make_token(self, owner: str, organization: str) -> str:
        self._talk.step("An API token for a script that only invites")
        choice = {"organizationId": organization}
        self._talk.post("/api/session/org", choice, expect=200, token=owner)
        wanted = {
            "name": "Onboarding script",
            "scopes": ["invitations:write"],
            "organization_only": True,
        }
        made = self._talk.post("/api/tokens", wanted, expect=201, token=owner)
        return str(made["token"])

    def _invite_and_accept(self, invitations: str, token: str, guest: Person) -> None:
        self._talk.step(f"{guest.name} is invited")
        self._talk.post(invitations, {"email": guest.email}, expect=201, token=token)

        self._talk.step("The mail with the invitation")
        link = self._read_mail(guest, "/app/accept-invite")

        session = self._sign_up(guest)
        self._talk.step(f"{guest.name} accepts")
        self._talk.post("/api/invitations/accept", {"token": link}, expect=200, token=session)

    def _fill_seats(self, invitations: str, token: str) -> str:
        """The path of one of the invitations that hold the last seats."""
        self._talk.step("Three more people fill the five seats")
        for name in ("Katherine Johnson", "Hedy Lamarr", "Mary Somerville"):
            email = {"email": self._person(name).email}
            made = self._talk.post(invitations, email, expect=201, token=token)
        return f"{invitations}/{made['id']}"

    def _meet_limit(self, invitations: str, token: str) -> None:
        self._talk.step("The team is full")
        email = {"email": self._person("Emmy Noether").email}
        refusal = self._talk.post(invitations, email, expect=403, token=token)
        assert refusal["code"] == "TEAM_SEAT_LIMIT", refusal["code"]
        assert FULL.items() <= refusal.items(), refusal

    def _make_room(self, invitations: str, token: str, pending: str) -> None:
        self._talk.step("One invitation is revoked")
        revoked = self._talk.delete(pending, expect=200, token=token)
        assert revoked["state"] == "revoked", revoked["state"]

        self._talk.step("Its seat is free at once")
        email = {"email": self._person("Emmy Noether").email}
        self._talk.post(invitations, email, expect=201, token=token)


def main() -> None:
    with running() as installation:
        Story(installation).tell()
    print("\nEvery step was answered as expected.")


if __name__ == "__main__":
    main()
