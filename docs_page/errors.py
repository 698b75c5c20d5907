"""The table of everything that can be refused, from the contract."""

from contract.spec import Json


def catalogue(contract: Json) -> str:
    examples = contract["components"].get("examples", {})
    codes = contract["components"]["schemas"]["ErrorCode"]["enum"]
    rows = [_row(code, examples.get(code, {}).get("value", {})) for code in codes]
    return "\n".join(
        [
            "# Errors",
            "",
            "`code` is stable and made for programs; the sentences are for people and may change.",
            "",
            "| Status | Code | What is wrong | What to do |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(code: str, shown: Json) -> str:
    cells = (
        str(shown.get("status", "")),
        f"`{code}`",
        shown.get("error", ""),
        shown.get("message", ""),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
