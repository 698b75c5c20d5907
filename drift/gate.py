"""The contract, held against its last release: nothing breaks callers unless a reason is given."""

import sys
from pathlib import Path

import yaml

from contract.current import document
from contract.document import load
from drift.changes import Level, Told
from drift.documents import compare

FOLDER = Path(__file__).parent.parent / "docs" / "contracts"
ALLOWED = "allowed.yaml"
WAY_OUT = f"Undo it, give it a new path, or list it with its reason in docs/contracts/{ALLOWED}."


def last_release(folder: Path = FOLDER) -> Path:
    return max(folder.glob("[0-9]*.yaml"), key=version_of)


def version_of(path: Path) -> tuple[int, ...]:
    return tuple(map(int, path.stem.split(".")))


def changes(folder: Path = FOLDER) -> list[Told]:
    return compare(load(last_release(folder)).spec, document().spec)


def problems(found: list[Told], allowed: list[dict[str, str]]) -> list[str]:
    """Breaking changes not allowed, entries without a reason, and entries without a change."""
    breaking = [each.sentence for each in found if each.level is Level.BREAKING]
    listed = [entry.get("change", "") for entry in allowed]
    return [
        *(sentence for sentence in breaking if sentence not in listed),
        *(
            f"{ALLOWED} gives no reason for: {entry.get('change')}"
            for entry in allowed
            if not str(entry.get("reason") or "").strip()
        ),
        *(
            f"{ALLOWED} allows what did not happen: {change}"
            for change in listed
            if change not in breaking
        ),
    ]


def allowed(folder: Path = FOLDER) -> list[dict[str, str]]:
    return yaml.safe_load((folder / ALLOWED).read_text()) or []


def report(found: list[Told]) -> str:
    """What changed, the worst first."""
    sections = []
    for level in Level:
        told = [each.sentence for each in found if each.level is level]
        if told:
            sections.append("\n".join([f"{level.capitalize()} ({len(told)}):", *told]))
    return "\n\n".join(sections) or "Nothing changed."


def main() -> None:
    found = changes()
    print(f"Since {last_release().stem}:", report(found), sep="\n\n")
    if refused := problems(found, allowed()):
        sys.exit("\n".join(["", "This breaks callers:", *refused, WAY_OUT]))


if __name__ == "__main__":
    main()
