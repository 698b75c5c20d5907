"""The contract as the page shows it: with guides, what each operation needs, and samples."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from contract.spec import Json, operations
from docs_page import guides
from docs_page.calls import call, example
from docs_page.languages import samples


def dressed(contract: Json, base_url: str) -> Json:
    spec = deepcopy(contract)
    spec["info"]["description"] += "\n" + "\n".join(
        [guides.authentication(base_url), guides.scopes(contract), guides.errors(contract)]
    )
    for path, method, operation in operations(spec):
        operation["description"] = f"{operation.get('description', '')}\n\n{needs(operation)}"
        operation["x-codeSamples"] = samples(call(contract, path, method, base_url))
    for parameter in _optional_parameters(spec):
        parameter["examples"] = {"default": _not_sent(example(spec, parameter))}
    return spec


def needs(operation: Json) -> str:
    """What the extensions of an operation say, in words."""
    said = []
    if operation.get("x-scope", "none") != "none":
        said.append(f"scope `{operation['x-scope']}`")
    if plan := operation.get("x-plan"):
        said.append(f"plan `{plan}`")
    if operation.get("x-csrf"):
        said.append("`X-CSRF-Token` when the cookie signs in")
    if (limit := operation.get("x-rate-limit", "none")) != "none":
        said.append(f"rate limit `{limit}`")
    its_own = ", ".join(f"`{code}`" for code in operation.get("x-errors", ()))
    refusals = f" **Refuses with:** {its_own}." if its_own else ""
    return f"**Needs:** {', '.join(said) or 'nothing'}.{refusals}"


def _not_sent(value: Any) -> Json:
    """The viewer would send every optional parameter that has an example, with that example."""
    return {"value": value, "x-disabled": True}


def _optional_parameters(spec: Json) -> Iterator[Json]:
    written = [*spec["components"]["parameters"].values()]
    for _, _, operation in operations(spec):
        written += [one for one in operation.get("parameters", ()) if "$ref" not in one]
    return (one for one in written if not one.get("required"))
