"""The same document and handlers through connexion as it comes: for a comparison, and for proof."""

from copy import deepcopy
from functools import partial
from typing import Any

from connexion import AsyncApp
from connexion.exceptions import ProblemException
from connexion.middleware import MiddlewarePosition
from connexion.options import SwaggerUIOptions
from connexion.validators.json import DefaultsJSONRequestBodyValidator
from starlette.exceptions import HTTPException

import app
from config import Settings
from contract import refusals
from contract.current import document
from contract.resolver import TagResolver
from edge.rate_limits import LIMITS
from security import idempotency
from security.caller import Asgi


def create_app(settings: Settings, limits: Any = LIMITS) -> Asgi:
    """Of our own room `contract`, only the resolver and the words of refusals are in it."""
    stock = AsyncApp(
        "slugbase",
        resolver=TagResolver(document(), idempotency.once),
        lifespan=partial(app.lifespan, settings),
        strict_validation=True,
        validator_map={"body": {"application/json": DefaultsJSONRequestBodyValidator}},
        swagger_ui_options=SwaggerUIOptions(serve_spec=False, swagger_ui=False),
    )
    stock.add_api(_with_one_media_type_per_operation(deepcopy(document().spec)))
    for kind in (ProblemException, HTTPException, Exception):
        stock.add_error_handler(kind, refusals.answer)
    for layer in reversed(app.layers(settings, limits)):
        stock.add_middleware(layer, MiddlewarePosition.BEFORE_SECURITY)
    return app.front(stock, settings)


def _with_one_media_type_per_operation(spec: Any) -> Any:
    """Connexion takes that of a success from all responses together, refusals included."""
    operations = (operation for item in spec["paths"].values() for operation in item.values())
    responses = [*spec["components"]["responses"].values()]
    responses += (each for operation in operations for each in operation["responses"].values())
    for response in responses:
        if "application/json" in response.get("content", {}):
            response["content"] = {"application/json": response["content"]["application/json"]}
    return spec
