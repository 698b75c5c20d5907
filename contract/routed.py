"""What our layers behind routing share: each has something of its own for every operation."""

from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, RoutedMiddleware
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

Api = TypeVar("Api", bound=RoutedAPI)


class Routed(RoutedMiddleware[Api]):
    """Finds it in one look, because there is one document; and is no coroutine, which each layer
    would pay for.
    """

    def add_api(self, specification: Specification, **options: Any) -> Api:
        api: Api = super().add_api(specification, **options)
        self._operations: Mapping[str, ASGIApp] = api.operations
        return api

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            app: ASGIApp = self.app
            return app(scope, receive, send)
        operation_id = scope["extensions"][ROUTING_CONTEXT]["operation_id"]
        operation = self._operations[operation_id]
        return operation(scope, receive, send)
