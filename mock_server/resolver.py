"""In the place of handlers: functions that answer by the examples of the contract."""

from typing import Any

from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver

import errors
from contract.document import Document
from contract.resolver import Function
from mock_server.examples import Example, examples
from mock_server.preferences import preferred


class ExampleResolver(Resolver):
    """Every operation is answered, whether it has a handler or not."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document

    def resolve(self, operation: AbstractOperation) -> Resolution:
        shown = examples(self._document.spec, operation.path, operation.method)
        return Resolution(_answering(shown), operation.operation_id)


class Shown(errors.Invalid):
    """A refusal as an example tells it; only the id of the request is this one's."""

    def __init__(self, example: Example) -> None:
        self.status, self.code = example.status, example.value["code"]
        self._told = example.value
        super().__init__(headers=example.headers)

    def body(self, request_id: str) -> dict[str, Any]:
        return {**self._told, "request_id": request_id}


def _answering(shown: list[Example]) -> Function:
    async def answer(**_arguments: Any) -> Any:
        example = preferred(shown)
        if example.status >= 400:
            raise Shown(example)
        return example.value, example.status, example.headers

    return answer
