"""Keeps the contract as released: from then on the next one is held against it."""

import sys
from pathlib import Path

from contract.current import document
from drift import gate

NOTHING_ALLOWED = """\
# Breaking changes since the last release, each with a reason; `make drift` prints their sentences.
# - change: "create_invitation: the request field `NewInvitation.role` became required; …"
#   reason: Nobody calls it yet.
"""


def release(folder: Path = gate.FOLDER) -> Path:
    """The reasons go with the release they were given for; its contract is what counts now."""
    path = folder / f"{document().spec['info']['version']}.yaml"
    released = [gate.version_of(each) for each in folder.glob("[0-9]*.yaml")]
    if any(version >= gate.version_of(path) for version in released):
        raise ValueError(f"{path.stem} is not newer than the last release: raise info.version")
    if refused := gate.problems(gate.changes(folder), gate.allowed(folder)) if released else []:
        raise ValueError("\n".join(refused))
    path.write_bytes(document().text)
    (folder / gate.ALLOWED).write_text(NOTHING_ALLOWED)
    return path


if __name__ == "__main__":
    try:
        print(f"Released as {release()}.")
    except ValueError as refused:
        sys.exit(str(refused))
