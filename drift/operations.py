"""Two versions of one operation: what it takes, what it answers, and who may call it."""

import re
from collections.abc import Iterator
from typing import Any

from contract.spec import Json, parameters, resolve
from drift.changes import Change, added, breaking, compatible
from drift.schemas import ANSWER, PATH, REQUEST, Comparison

UNLIMITED = ("none", None)

Declared = dict[tuple[str, str], Json]


class Operations:
    """Compares operations of two documents."""

    def __init__(self, old: Json, new: Json) -> None:
        self._old = old
        self._new = new
        self._sent = Comparison(old, new, REQUEST)
        self._in_path = Comparison(old, new, PATH)
        self._answered = Comparison(old, new, ANSWER)

    def changes(self, old_path: str, new_path: str, method: str) -> Iterator[Change]:
        old, new = self._old["paths"][old_path][method], self._new["paths"][new_path][method]
        yield from _identity(old, new)
        yield from self._callers(old, new)
        before = _by_place(parameters(self._old, old_path, method), old_path)
        after = _by_place(parameters(self._new, new_path, method), new_path)
        yield from self._parameters(before, after)
        yield from self._body(
            resolve(self._old, old.get("requestBody", {})),
            resolve(self._new, new.get("requestBody", {})),
        )
        yield from self._answers(old["responses"], new["responses"])

    def _callers(self, old: Json, new: Json) -> Iterator[Change]:
        after = _requirements(self._new, new)
        for schemes in _requirements(self._old, old):
            if not any(is_enough <= schemes for is_enough in after):
                shown = " and ".join(sorted(schemes)) or "no credential"
                yield breaking(f"{shown} is no longer enough", "callers that rely on it get 401")
        for key, is_looser, whom in VOCABULARY:
            was, now = old.get(key), new.get(key)
            if was != now:
                what = f"{key} is {now or 'none'} instead of {was or 'none'}"
                yield compatible(what) if is_looser(now) else breaking(what, whom)

    def _parameters(self, before: Declared, after: Declared) -> Iterator[Change]:
        for key, old in before.items():
            shown = f"the {old['in']} parameter `{old['name']}`"
            if key not in after:
                whom = "get 400" if old["in"] == "query" else "are not heard"
                yield breaking(f"{shown} is gone", f"callers that send it {whom}")
            else:
                yield from self._parameter(shown, old, after[key])
        for key in [key for key in after if key not in before]:
            shown = f"the {after[key]['in']} parameter `{after[key]['name']}`"
            if after[key].get("required"):
                yield breaking(
                    f"{shown} is new and required", "callers that do not know it get 400"
                )
            else:
                yield added(f"{shown} is new")

    def _parameter(self, shown: str, old: Json, new: Json) -> Iterator[Change]:
        if old["name"] != new["name"]:
            whom = "clients generated from the contract name it otherwise"
            yield breaking(f"{shown} is now called `{new['name']}`", whom)
        if old.get("required", False) != new.get("required", False):
            if new.get("required"):
                yield breaking(f"{shown} became required", "callers that leave it out get 400")
            else:
                yield compatible(f"{shown} is no longer required")
        for key in ("style", "explode"):
            if old.get(key) != new.get(key):
                what = f"{shown} has the {key} {new.get(key)} instead of {old.get(key)}"
                yield breaking(what, "callers that write it as before are misread")
        comparison = self._in_path if old["in"] == "path" else self._sent
        yield from comparison.changes(old.get("schema", {}), new.get("schema", {}), shown)

    def _body(self, old: Json, new: Json) -> Iterator[Change]:
        if old.get("required", False) != new.get("required", False):
            if new.get("required"):
                yield breaking("the request body became required", "callers without one get 400")
            else:
                yield compatible("the request body is no longer required")
        whom = "callers that send it get 415" if new else "callers that send one are not heard"
        yield from self._media(
            self._sent, old, new, "the request body", breaking("the request body {} is gone", whom)
        )

    def _answers(self, old: Json, new: Json) -> Iterator[Change]:
        for status, stated in old.items():
            if status in new:
                before, after = resolve(self._old, stated), resolve(self._new, new[status])
                yield from self._answer(f"the {status} answer", before, after)
            else:
                whom = f"callers that wait for {status} never see it"
                yield breaking(f"the status {status} is gone", whom)
        for status in [status for status in new if status not in old]:
            what = f"the status {status} is new"
            known = " and ".join(known for known in old if known < "400")
            whom = f"callers that know only {known} do not understand it"
            # Every refusal has one schema, and 304 comes only to who asks: no new code is needed.
            is_harmless = status == "304" or status >= "400"
            yield added(what) if is_harmless else breaking(what, whom)

    def _answer(self, shown: str, old: Json, new: Json) -> Iterator[Change]:
        gone = breaking(f"{shown} is no longer given as {{}}", "callers that accept it cannot read")
        yield from self._media(self._answered, old, new, shown, gone)
        yield from self._headers(shown, old, new)

    def _headers(self, shown: str, old: Json, new: Json) -> Iterator[Change]:
        before, after = old.get("headers", {}), new.get("headers", {})
        for name, header in before.items():
            what = f"the header {name} of {shown}"
            if name not in after:
                yield breaking(f"{what} is gone", "callers that read it find nothing")
                continue
            was, now = resolve(self._old, header), resolve(self._new, after[name])
            if was.get("required") and not now.get("required"):
                whom = "callers that count on it fail when it is missing"
                yield breaking(f"{what} is no longer required", whom)
            alike = f"the answer header `{name}`"  # most are the same whatever the status
            yield from self._answered.changes(was.get("schema", {}), now.get("schema", {}), alike)
        for name in [name for name in after if name not in before]:
            yield added(f"the header {name} of {shown} is new")

    def _media(
        self, comparison: Comparison, old: Json, new: Json, shown: str, gone: Change
    ) -> Iterator[Change]:
        before, after = old.get("content", {}), new.get("content", {})
        for media, content in before.items():
            if media in after:
                schemas = content.get("schema", {}), after[media].get("schema", {})
                yield from comparison.changes(*schemas, shown)
            else:
                yield Change(gone.level, gone.what.format(media), gone.whom)
        for media in [media for media in after if media not in before]:
            yield added(f"{shown} may be {media}")


def _is_unlimited(now: Any) -> bool:
    return now in (*UNLIMITED, "general")


def _is_nothing(now: Any) -> bool:
    return now in (*UNLIMITED, False)


# What an operation asks of its caller in words of ours, what is looser, and whom the rest breaks.
VOCABULARY = (
    ("x-scope", _is_nothing, "tokens that carry only the old scope get 403"),
    ("x-csrf", _is_nothing, "callers that send the cookie without `X-CSRF-Token` get 403"),
    ("x-plan", _is_nothing, "organizations on other plans get 403"),
    ("x-rate-limit", _is_unlimited, "callers that call as often as before may get 429"),
)


def _identity(old: Json, new: Json) -> Iterator[Change]:
    whom = "clients generated from the contract lose the function of that name"
    if old["operationId"] != new["operationId"]:
        yield breaking(f"the operationId is now {new['operationId']}", whom)
    if old.get("tags") != new.get("tags"):
        tags = " and ".join(f"`{tag}`" for tag in new.get("tags", ()))
        yield breaking(f"the tag is now {tags}", whom.replace("lose", "move"))
    if new.get("deprecated") and not old.get("deprecated"):
        yield compatible(f"it is deprecated, until {new.get('x-sunset', 'further notice')}")


def _requirements(spec: Json, operation: Json) -> list[frozenset[str]]:
    """Each set of credentials that is enough, scopes included."""
    stated: Any = operation.get("security", spec.get("security", []))
    return [
        frozenset(
            f"{scheme}:{scope}" if scope else scheme
            for scheme, scopes in requirement.items()
            for scope in ("", *scopes)
        )
        for requirement in stated
    ] or [frozenset()]


def _by_place(declared: list[Json], path: str) -> Declared:
    """A path parameter is known by its position, since its name is not in the address."""
    segments = re.findall(r"\{([^}]*)\}", path)
    return {
        (one["in"], str(segments.index(one["name"])) if one["in"] == "path" else one["name"]): one
        for one in declared
    }
