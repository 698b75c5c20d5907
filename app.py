"""Wiring, nothing else: the rooms put together into one ASGI application."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import config
import db
from config import Settings
from contract.app import App
from contract.current import document
from contract.resolver import TagResolver
from edge.cors import cors
from edge.front import Front
from edge.rate_limits import LIMITS, RateLimits
from jobs import background, count_clicks
from mock_server.credentials import anybody
from mock_server.preferences import Preferences
from mock_server.resolver import ExampleResolver
from pages.refusals import Pages
from security import idempotency
from security.caller import Asgi, CallerContext


def create_app(
    settings: Settings, *, around: Any = idempotency.once, limits: Any = LIMITS, **options: Any
) -> Asgi:
    """The server as everybody meets it. The database must be connected."""
    contract = App(
        "slugbase",
        document=document(),
        resolver=TagResolver(document(), around),
        extra=layers(settings, limits),
        lifespan=partial(lifespan, settings),
        runs_on_loop=db.runs_on_loop,
        threads=db.THREADS,
        **options,
    )
    return front(contract, settings)


def create_mock(settings: Settings) -> Asgi:
    """The same contract, answered by its examples; there is no database and no limit."""
    contract = App(
        "slugbase",
        document=document(),
        resolver=ExampleResolver(document()),
        extra=[Preferences],
        check=anybody,
    )
    return front(contract, settings)


def front(contract: Any, settings: Settings) -> Asgi:
    return Front(cors(contract, settings.allowed_origins), settings=settings)


def layers(settings: Settings, limits: Any = LIMITS) -> list[Any]:
    """What stands between routing and security."""
    return [
        CallerContext,
        partial(Pages, document=document()),
        partial(RateLimits, document=document(), settings=settings, limits=limits),
    ]


@asynccontextmanager
async def lifespan(settings: Settings, _: Any) -> AsyncIterator[None]:
    # Nearly all that is made here is freed without the collector; it took a fifth of an import.
    gc.set_threshold(50_000, 100, 100)
    async with AsyncExitStack() as stack:
        stack.callback(count_clicks.run_in_thread())
        if settings.run_jobs:
            stack.callback(background.run_in_thread(settings))
        yield


def serve() -> Asgi:
    """What a server process is started with."""
    settings = config.settings()
    db.connect(settings.database, settings.workers)
    return create_app(settings)


def serve_mock() -> Asgi:
    return create_mock(config.settings())
