"""The one document this server runs by."""

from functools import cache
from pathlib import Path

from contract.document import Document, load

PATH = Path(__file__).parent.parent / "openapi.yaml"


@cache
def document() -> Document:
    return load(PATH)
