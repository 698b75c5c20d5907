"""Connexion's application, with compiled layers where it would interpret the document."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from typing import Any

from connexion import AsyncApp
from connexion.middleware.lifespan import Lifespan, LifespanMiddleware
from connexion.resolver import Resolver

from contract.dispatch import Dispatch
from contract.document import Document
from contract.refusals import Refusals
from contract.resolver import Function
from contract.routing import Routing
from contract.security import Security
from contract.validation import Validation


def never(handler: Function) -> bool:
    return False


class App(AsyncApp):
    """Serves one document. `extra` stands between routing and security, outermost first."""

    def __init__(
        self,
        import_name: str,
        *,
        document: Document,
        resolver: Resolver,
        extra: Sequence[Any] = (),
        lifespan: Lifespan | None = None,
        validate_responses: bool = False,
        runs_on_loop: Callable[[Function], bool] = never,
        threads: int = 40,
        check: Function | None = None,
    ) -> None:
        super().__init__(
            import_name,
            lifespan=lifespan,
            middlewares=[
                Refusals,
                Routing,
                *extra,
                partial(Security, check=check),
                Validation,
                LifespanMiddleware,
            ],
            resolver=resolver,
            validate_responses=validate_responses,
        )
        self._middleware_app = self.middleware.app = Dispatch(runs_on_loop, threads)
        # Connexion changes what it is given, and the document is served as it was written.
        self.add_api(deepcopy(document.spec))
        # Connexion would wait for the first request, and a server may hide that a start failed.
        stack = self.middleware._build_middleware_stack()
        self.middleware.app, self.middleware.middleware_stack = stack
