"""Who may import whom, how large a room may be, and what nothing is called."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUNDATIONS = {"clock", "config", "db", "errors"}
# Of ours, each room may import itself and these.
MAY_IMPORT = {
    "adapters": {"clock", "config"},
    "cli": {"adapters", "contract", "domain", "drift", "jobs", "migrations", "models", "security"}
    | FOUNDATIONS,
    "contract": {"errors"},
    "docs_page": {"config", "contract"},
    "domain": {
        "clock",
        "errors",
        "formats",
        "models",
        "prepared",
        "security.passwords",
        "security.principal",
        "security.tokens",
    },
    "drift": {"clock", "contract"},
    "edge": {"clock", "config", "contract", "errors"},
    "formats": set(),
    "handlers": {"domain", "formats", "security"} | FOUNDATIONS,
    "jobs": {"adapters", "domain", "formats", "models"} | FOUNDATIONS,
    "migrations": {"config", "db", "models"},
    "mock_server": {"contract", "errors"},
    "models": {"clock"},
    "pages": {"contract", "errors"},
    "security": {"contract", "models", "prepared"} | FOUNDATIONS,
}
# What one module may import beyond its room, each for a reason of its own.
MAY_ALSO_IMPORT = {
    "db.py": {"prepared"},  # its readers carry them out
    "handlers/cookies.py": {"models"},  # types
    "handlers/go.py": {"pages.rendering"},
    "handlers/go_shapes.py": {"models"},  # types
    "handlers/import_shapes.py": {"models"},  # types
    "handlers/library_shapes.py": {"models.bookmark"},  # what stands for "never"
    "handlers/pages.py": {"pages.rendering"},
    "handlers/shapes.py": {"models"},  # types
    "handlers/suggestions.py": {"adapters"},  # the caller waits for what they ask
    "handlers/system.py": {
        "contract.current",
        "docs_page.files",
        "edge.metrics",
        "migrations.applied",
    },
}
# Of others, these rooms may import nothing but this, and the standard library.
LIBRARIES = {
    "adapters": {"httpx2", "jinja2", "openai", "pydantic"},
    "docs_page": {"jinja2", "orjson"},
    "domain": {"sqlalchemy"},
    "drift": {"yaml"},
    "edge": {"limits", "orjson", "prometheus_client", "starlette", "uuid_utils"},
    "formats": {"orjson"},
    "handlers": {"orjson", "sqlalchemy", "starlette"},
    "jobs": {"sqlalchemy"},
    "mock_server": {"connexion", "starlette", "yaml"},
    "models": {"sqlalchemy", "uuid_utils"},
    "pages": {"jinja2", "starlette"},
}
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
ROOMS = tuple(MAY_IMPORT)
OURS = {*ROOMS, *(path.stem for path in ROOT.glob("*.py"))}
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service"}
NOW = {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
FORBIDDEN_STARTS = ("do_", "handle_", "process_")

MODULES = sorted(
    path.relative_to(ROOT)
    for room in (*ROOMS, ".")
    for path in (ROOT / room).glob("*.py" if room == "." else "**/*.py")
)
TESTS = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py"))

each_module = pytest.mark.parametrize("module", MODULES, ids=str)
each_file = pytest.mark.parametrize("module", [*MODULES, *TESTS], ids=str)


def tree(module):
    return ast.parse((ROOT / module).read_text())


def imports(module):
    """Dotted names: of `from a import b` both `a.b`, which may be a module, and so `a`."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written whole"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def length(node):
    return node.end_lineno - node.lineno + 1


def is_within(name, allowed):
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


@each_module
def test_a_room_imports_only_what_it_may(module):
    room = module.parts[0]
    own = [name for name in imports(module) if name.partition(".")[0] in OURS]
    if room == "app.py":
        return
    allowed = {room} | MAY_IMPORT.get(room, set()) | MAY_ALSO_IMPORT.get(str(module), set())
    assert [name for name in own if not is_within(name, allowed)] == []


@pytest.mark.parametrize(
    "module", [path for path in MODULES if path.parts[0] in LIBRARIES], ids=str
)
def test_a_room_uses_only_its_libraries(module):
    allowed = LIBRARIES[module.parts[0]] | OURS
    own = {name.partition(".")[0] for name in imports(module)}

    assert own - allowed - sys.stdlib_module_names == set()


@pytest.mark.parametrize(
    "module", [path for path in MODULES if path.parts[0] == "handlers"], ids=str
)
def test_handlers_neither_query_nor_call_each_other(module):
    names = set(imports(module))
    of_sqlalchemy = {name for name in names if name.startswith("sqlalchemy")}
    handlers = {name for name in names if name.startswith("handlers.")}

    assert of_sqlalchemy <= {"sqlalchemy.orm.Session"}  # the type
    assert handlers <= {
        "handlers.cookies",
        "handlers.etags",
        "handlers.go_shapes",
        "handlers.import_shapes",
        "handlers.library_shapes",
        "handlers.shapes",
        "handlers.transfer_shapes",
    }


@pytest.mark.parametrize("module", [path for path in MODULES if path.parts[0] == "domain"], ids=str)
def test_the_domain_never_ends_a_transaction(module):
    called = {
        ast.unparse(node.func) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)
    }
    assert not called & {"session.commit", "session.rollback", "session.close"}


@each_module
def test_only_the_clock_asks_for_the_time(module):
    if module.name == "clock.py":
        return
    asked = [
        ast.unparse(node)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in NOW
    ]
    assert asked == []


@pytest.mark.parametrize(
    "module", [path for path in (*MODULES, *TESTS) if "versions" not in path.parts], ids=str
)
def test_no_file_is_longer_than_400_lines(module):
    assert len((ROOT / module).read_text().splitlines()) <= 400


@pytest.mark.parametrize(
    "module", [path for path in MODULES if "versions" not in path.parts], ids=str
)
def test_no_function_is_longer_than_40_lines(module):
    for node in ast.walk(tree(module)):
        if isinstance(node, FUNCTION):
            inner = sum(length(each) for each in node.body if isinstance(each, FUNCTION))
            assert length(node) - inner <= 40, node.name


@each_module
def test_every_module_says_what_is_in_it(module):
    text = (ROOT / module).read_text()
    assert not text or ast.get_docstring(ast.parse(text))


@each_file
def test_nothing_has_a_name_that_says_nothing(module):
    words = {*module.stem.split("_"), *module.parts[:-1]}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ClassDef):
            words |= {word.lower() for word in re.findall("[A-Z][a-z]*", node.name)}
    assert not words & FORBIDDEN
    functions = [node.name for node in tree(module).body if isinstance(node, FUNCTION)]
    assert [name for name in functions if name.startswith(FORBIDDEN_STARTS)] == []
