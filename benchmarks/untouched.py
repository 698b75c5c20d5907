"""Connexion as it comes: the same document and handlers, its own routing, checks and dispatch."""

import logging
from copy import deepcopy
from functools import partial
from typing import Any

from connexion import AsyncApp
from connexion.exceptions import ProblemException
from connexion.middleware import MiddlewarePosition
from connexion.validators import (
    VALIDATOR_MAP,
)
from connexion.validators.json import DefaultsJSONRequestBodyValidator
from starlette.exceptions import HTTPException

import app
from config import Settings
from contract import refusals
from contract.current import document
from contract.resolver import TagResolver
from edge.rate_limits import LIMITS
from security import idempotency


def untouched_app(settings: Settings, limits: Any = LIMITS) -> AsyncApp:
    logging.getLogger("connexion").setLevel(logging.ERROR)
    made = AsyncApp("slugbase", lifespan=partial(app.lifespan, settings))
    for kind in (ProblemException, HTTPException, Exception):
        made.add_error_handler(kind, refusals.answer)
    for layer in reversed(app.layers(settings, limits)):
        made.add_middleware(layer, MiddlewarePosition.BEFORE_SECURITY)
    made.add_api(
        _without_problems(deepcopy(document().spec)),
        resolver=TagResolver(document(), idempotency.once),
        strict_validation=True,
        validator_map={
            **VALIDATOR_MAP,
            "body": {
                **VALIDATOR_MAP["body"],
                "application/json": DefaultsJSONRequestBodyValidator,
            },
        },
    )
    return made


def _without_problems(spec: Any) -> Any:
    """Connexion looks at the media types of refusals too when it decides how to write data."""
    for response in spec["components"]["responses"].values():
        response["content"].pop("application/problem+json")
    return spec
