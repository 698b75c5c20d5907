"""Which function answers an operation: the tag names the module, the operationId the function."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver

from contract.document import BrokenContract, Document, Operation

Function = Callable[..., Any]


def _as_it_is(_operation: Operation, function: Function) -> Function:
    return function


class TagResolver(Resolver):
    """`create_invitation` with the tag `Invitations`: handlers.invitations.create_invitation.

    Every function is looked up at once, so that a server with a missing one does not start.
    `around` may put something in front of a function; it keeps the signature (functools.wraps).
    """

    def __init__(
        self,
        document: Document,
        around: Callable[[Operation, Function], Function] = _as_it_is,
        package: str = "handlers",
    ) -> None:
        super().__init__()
        self._resolutions: dict[str, Resolution] = {}
        missing = []
        for operation in document.operations.values():
            module, dotted = _place(package, operation)
            function = _find(module, operation.id)
            if function is None:
                missing.append(f"{operation.method} {operation.path} has no handler {dotted}")
            else:
                self._resolutions[operation.id] = Resolution(around(operation, function), dotted)
        if missing:
            raise BrokenContract(missing)

    def resolve(self, operation: AbstractOperation) -> Resolution:
        return self._resolutions[operation.operation_id]


def _place(package: str, operation: Operation) -> tuple[str, str]:
    module = f"{package}.{operation.tag.lower().replace(' ', '_')}"
    return module, f"{module}.{operation.id}"


def _find(module: str, name: str) -> Function | None:
    # Looked for before it is imported: a module that exists but fails must fail loudly.
    if find_spec(module) is None:
        return None
    function = getattr(import_module(module), name, None)
    return function if callable(function) else None
