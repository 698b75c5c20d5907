"""One request, written in five languages; the templates stand in samples/."""

import json
import shlex
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from docs_page.calls import Call

# Viewers know a language by the first name and show the second.
LANGUAGES = {
    "curl.sh": ("shell", "cURL"),
    "python.py": ("python", "Python"),
    "javascript.mjs": ("javascript", "JavaScript"),
    "go.go": ("go", "Go"),
    "ruby.rb": ("ruby", "Ruby"),
}


def samples(call: Call) -> list[dict[str, str]]:
    """As the extension `x-codeSamples` wants them."""
    body = call.text
    if call.body is not None:
        body = _json(call.body, indent=2)
    return [
        {"lang": language, "label": label, "source": template.render(call=call, body=body)}
        for template, (language, label) in _TEMPLATES
    ]


def _json(value: Any, indent: int | None = None) -> str:
    """A text without odd characters is written so in all five languages."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


def _python(value: Any) -> str:
    if isinstance(value, dict):
        lines = [f"    {_json(name)}: {_indented(_python(one))},\n" for name, one in value.items()]
        return "".join(["{\n", *lines, "}"])
    if isinstance(value, list):
        return f"[{', '.join(map(_python, value))}]"
    return _json(value) if isinstance(value, str) else repr(value)


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _go(text: str) -> str:
    return _json(text) if "`" in text else f"`{text}`"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("docs_page", "samples"),
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"json": _json, "python": _python, "go": _go, "shell": shlex.quote}
    return environment


_ENVIRONMENT = _environment()
_TEMPLATES = [
    (_ENVIRONMENT.get_template(f"{name}.jinja"), shown) for name, shown in LANGUAGES.items()
]
