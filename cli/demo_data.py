"""slugbase demo-data: an organization with a library of any size, to try things at."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import select

import clock
from cli import database, demo_people
from cli.demo_people import Library, People
from domain.bookmarks.loading import Loaded, load
from models import User
from models.bookmark import NEVER

BATCH = 5_000
YEARS = timedelta(days=3 * 365)
SYLLABLES = "an be cor da el fi go hal in jo ka lu mer no or pi qua re sol ti ur ven wi xa yo zen"


def add_to(app: typer.Typer) -> None:
    app.command("demo-data")(demo_data)


def demo_data(
    bookmarks: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many.")] = 1_000,
    people: Annotated[int, typer.Option(min=2, max=1_000, help="Who own them.")] = 20,
    email: Annotated[str, typer.Option(help="Of the owner.")] = "ada@demo.example",
    seed: Annotated[int, typer.Option(help="The same seed makes the same library.")] = 1,
) -> None:
    """Fill a new organization on the Team plan, and print its owner's API token.

    The owner has two fifths of the bookmarks, everybody else an equal part of the rest. Some
    folders and bookmarks of theirs are shared with the owner, directly or by a team.
    """
    chance = random.Random(seed)
    with database.transaction() as session:
        if session.scalar(select(User).where(User.email == email.lower())):
            database.refuse(f"{email} has an account already; name another address with --email.")
        made = demo_people.settle(session, email.lower(), people, chance)
    words = Words(chance)
    with _progress() as progress:
        task = progress.add_task("bookmarks", total=bookmarks)
        for library, numbers, is_first in _batches(made, bookmarks):
            with database.transaction() as session:
                batch = [_bookmark(chance, words, library, number) for number in numbers]
                ids = load(session, made.organization_id, library.user_id, batch)
                if is_first:
                    demo_people.share_some(session, made, library, ids, chance)
            progress.advance(task, len(numbers))
    typer.echo(made.token)


class Words:
    """As in a language: a few words are everywhere, most are rare."""

    def __init__(self, chance: random.Random) -> None:
        syllables = SYLLABLES.split()
        wanted = {
            "".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))) for _ in range(30_000)
        }
        self._words = sorted(wanted)
        chance.shuffle(self._words)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))
        self._chance = chance

    def some(self, count: int) -> list[str]:
        return self._chance.choices(self._words, cum_weights=self._weights, k=count)


def _batches(made: People, total: int) -> Iterator[tuple[Library, range, bool]]:
    """Numbers of bookmarks, and whether they are somebody's first."""
    shares = [total * 2 // 5] + [0] * (len(made.libraries) - 1)
    for number in range(total - shares[0]):
        shares[1 + number % (len(shares) - 1)] += 1
    start = 0
    for library, share in zip(made.libraries, shares, strict=True):
        for first in range(start, start + share, BATCH):
            yield library, range(first, min(first + BATCH, start + share)), first == start
        start += share


def _bookmark(chance: random.Random, words: Words, library: Library, number: int) -> Loaded:
    title = " ".join(words.some(chance.randint(2, 6)))
    host, *path = words.some(3)
    created_at = _some_time(chance)
    opened = chance.random() < 0.3
    slug = f"{path[0]}-{number}" if chance.random() < 0.2 else None
    return Loaded(
        title=title.capitalize(),
        url=f"https://{host}.example/{path[0]}/{path[1]}-{number}",
        created_at=created_at,
        slug=slug,
        forwarding_enabled=slug is not None,
        pinned=chance.random() < 0.001,
        access_count=int(chance.paretovariate(1)) if opened else 0,
        last_accessed_at=created_at + (clock.now() - created_at) * chance.random()
        if opened
        else NEVER,
        folder_ids=chance.sample(library.folder_ids, k=1) if chance.random() < 0.8 else (),
        tag_ids=chance.sample(library.tag_ids, k=2),
    )


def _some_time(chance: random.Random) -> datetime:
    return clock.now() - YEARS * chance.random()


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))
