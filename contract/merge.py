"""Makes openapi.yaml of its parts: start, one for each tag, shared, examples.

They are joined as text, so that comments, order and style stay as they were written. Paths stand in
the order of the tags, components in that of their names. Nothing is resolved or defined twice. Only
the references to recorded examples are added, to every answer that has one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from contract.document import parse
from contract.examples import tied

ROOT = Path(__file__).parent.parent
PARTS = ROOT / "openapi"
KINDS = ("securitySchemes", "parameters", "headers", "responses", "examples", "schemas")
NOTICE = "# Made by `make contract` from the parts in openapi/; change those.\n"
_TAG = re.compile(r"^  - \{name: ([^,]+),", re.MULTILINE)


def merged(folder: Path = PARTS) -> str:
    text = _joined(folder)
    return tied(text, parse(text.encode()))


def _joined(folder: Path) -> str:
    start = (folder / "start.yaml").read_text()
    paths: dict[str, str] = {}
    components: dict[str, dict[str, str]] = defaultdict(dict)
    for part in (*_parts(start), "shared", "examples"):
        for section, content in _entries((folder / f"{part}.yaml").read_text(), 0):
            if section == "paths":
                _add(paths, content)
            for kind, listed in _entries(content, 2) if section == "components" else ():
                _add(components[kind], listed, 4)
    lines = [NOTICE, start, "paths:\n", "\n".join(paths.values()), "components:\n"]
    for kind in filter(components.get, KINDS):
        lines.append(f"  {kind}:\n")
        lines += [block for _, block in sorted(components[kind].items())]
    return "".join(lines)


def _parts(start: str) -> list[str]:
    return [name.lower().replace(" ", "_") for name in _TAG.findall(start)]


def _add(into: dict[str, str], text: str, indent: int = 2) -> None:
    for name, below in _entries(text, indent):
        if name in into:
            raise ValueError(f"{name} stands in two parts")
        into[name] = below


def _entries(text: str, indent: int) -> Iterator[tuple[str, str]]:
    """Each key at this indentation, and its lines; the line of a heading itself is left out."""
    key = re.compile(rf"^ {{{indent}}}([^\s#][^:]*):", re.MULTILINE)
    found = [(match[1], match.start()) for match in key.finditer(text)]
    for (name, start), (_, end) in pairwise([*found, ("", len(text))]):
        lines = text[start:end].rstrip("\n") + "\n"
        is_heading = indent == 0 or name in KINDS
        yield name, lines.partition("\n")[2] if is_heading else lines


if __name__ == "__main__":
    (ROOT / "openapi.yaml").write_text(merged())
