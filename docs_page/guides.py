"""What the page says before its operations: how to sign in, what scopes open, what errors mean."""

from pathlib import Path
from urllib.parse import quote

from contract.spec import Json, operations

GUIDE = Path(__file__).parent / "guide.md"


def authentication(base_url: str) -> str:
    return GUIDE.read_text().replace("BASE_URL", base_url)


def scopes(contract: Json) -> str:
    """Which operations each scope of an API token opens."""
    opened: dict[str, list[str]] = {}
    for path, method, operation in operations(contract):
        link = f"[{operation['summary']}](#{anchor(path, method, operation)})"
        opened.setdefault(operation["x-scope"], []).append(link)
    rows = [
        f"| `{scope}` | {'<br>'.join(opened[scope])} |"
        for scope in contract["components"]["schemas"]["Scope"]["enum"]
        if scope in opened
    ]
    return "\n".join(["## Scopes", "", "| Scope | Opens |", "|---|---|", *rows, ""])


def errors(contract: Json) -> str:
    """Every code, with the status and the words of its recorded example."""
    examples = contract["components"].get("examples", {})
    codes = contract["components"]["schemas"]["ErrorCode"]["enum"]
    rows = [_error(code, examples.get(code, {}).get("value", {})) for code in codes]
    return "\n".join(
        [
            "# Errors",
            "",
            "`code` is for programs and stays; the sentences are for people and may change.",
            "",
            "| Code | What is wrong, and what to do |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def anchor(path: str, method: str, operation: Json) -> str:
    """Where the viewer puts an operation."""
    tag = operation["tags"][0].lower().replace(" ", "-")
    return quote(f"tag/{tag}/{method.upper()}{path}", safe="/{}")


def _error(code: str, shown: Json) -> str:
    words = [f"**{shown['status']}**"] if "status" in shown else []
    words += [shown[part].replace("|", "&#124;") for part in ("error", "message") if part in shown]
    return f"| `{code}` | {' '.join(words)} |"
