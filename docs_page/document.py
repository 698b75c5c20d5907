"""The contract as the page shows it: with guides, what each operation needs, and samples."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from contract.spec import Json, operations
from docs_page import errors
from docs_page.calls import call, example
from docs_page.languages import samples

GUIDE = Path(__file__).parent / "guide.md"

# The viewer would send every optional parameter that has an example, with that example.
NOT_SENT = {"x-disabled": True}


def dressed(contract: Json, base_url: str) -> Json:
    spec = deepcopy(contract)
    guide = GUIDE.read_text().replace("BASE_URL", base_url)
    parts = [spec["info"]["description"], guide, scopes(contract), errors.catalogue(contract)]
    spec["info"]["description"] = "\n".join(parts)
    for path, method, operation in operations(spec):
        operation["description"] = f"{operation.get('description', '')}\n\n{needs(operation)}"
        operation["x-codeSamples"] = samples(call(contract, path, method, base_url))
    for parameter in _optional_parameters(spec):
        parameter["examples"] = {"default": {"value": example(spec, parameter), **NOT_SENT}}
    return spec


def _optional_parameters(spec: Json) -> Iterator[Json]:
    written = [*spec["components"]["parameters"].values()]
    for _, _, operation in operations(spec):
        written += [one for one in operation.get("parameters", ()) if "$ref" not in one]
    return (one for one in written if not one.get("required"))


def needs(operation: Json) -> str:
    """What the extensions of an operation say, in words."""
    said = []
    if operation.get("x-scope", "none") != "none":
        said.append(f"scope `{operation['x-scope']}`")
    if plan := operation.get("x-plan"):
        said.append(f"plan `{plan}`")
    if operation.get("x-csrf"):
        said.append("`X-CSRF-Token` when the cookie signs in")
    if limit := operation.get("x-rate-limit"):
        said.append(f"rate limit `{limit}`")
    return f"**Needs:** {', '.join(said)}."


def scopes(contract: Json) -> str:
    """Which operations each scope of an API token opens."""
    opened: dict[str, list[str]] = {}
    for _, _, operation in operations(contract):
        opened.setdefault(operation["x-scope"], []).append(f"`{operation['operationId']}`")
    rows = [
        f"| `{scope}` | {', '.join(opened[scope])} |"
        for scope in contract["components"]["schemas"]["Scope"]["enum"]
        if scope in opened
    ]
    return "\n".join(["## Scopes", "", "| Scope | Opens |", "|---|---|", *rows, ""])
