"""A client that holds every answer, refusals included, against the contract."""

import re
from functools import cached_property
from urllib.parse import quote

import httpx
import yaml
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

from contract.codes import codes

# (operationId, status) of every answer the tests received.
SEEN = set()
# (operationId, code) of every refusal.
REFUSED = set()
# The latest answer with a code, or of an operation: `create_invitation_201`.
LATEST = {}

# What HTTP itself and the security headers send with everything; info.description names them.
EVERYWHERE = {
    "allow",
    "cache-control",
    "connection",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-resource-policy",
    "date",
    "referrer-policy",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
    "x-frame-options",
}


class Contract:
    """What the document says, looked up by operationId."""

    def __init__(self, spec):
        self.spec = spec
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, item in spec["paths"].items()
            for method, operation in item.items()
        }
        self.operations["unmatched"] = (None, None, spec["x-unmatched"])
        self._validators = {}

    def resolve(self, node):
        while "$ref" in node:
            found = self.spec
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def validator(self, schema):
        key = repr(schema)
        if key not in self._validators:
            whole = {"allOf": [schema], "components": self.spec["components"]}
            self._validators[key] = OAS30ReadValidator(whole, format_checker=oas30_format_checker)
        return self._validators[key]

    def check(self, operation_id, response):
        """Fails unless the document states this answer, to its last field and header."""
        _, _, operation = self.operations[operation_id]
        status = str(response.status_code)
        assert status in operation["responses"], (
            f"{operation_id} answered {status}, which openapi.yaml does not declare: "
            f"{response.text[:500]}"
        )
        declared = self.resolve(operation["responses"][status])
        self._check_headers(operation_id, declared, response)
        self._check_body(operation_id, declared, response)
        SEEN.add((operation_id, status))
        self._check_codes(operation_id, operation, response)

    def _check_headers(self, operation_id, declared, response):
        stated = {name.lower(): header for name, header in declared.get("headers", {}).items()}
        for name, value in response.headers.items():
            assert name in stated or name in EVERYWHERE, f"{operation_id} sent undeclared {name}"
            if name in stated:
                schema = self.resolve(stated[name])["schema"]
                typed = int(value) if schema["type"] == "integer" else value
                self.validator(schema).validate(typed)

    def _check_body(self, operation_id, declared, response):
        content = declared.get("content")
        if content is None:
            assert not response.content, f"{operation_id} sent an undeclared body"
            return
        media = response.headers["content-type"].split(";")[0]
        assert media in content, f"{operation_id} answered as {media}, which is not declared"
        if response.request.method == "HEAD":
            assert not response.content
            return
        self.validator(content[media]["schema"]).validate(_read(media, response))

    def _check_codes(self, operation_id, operation, response):
        if "json" not in response.headers.get("content-type", "") or not response.content:
            return
        body = response.json()
        LATEST[f"{operation_id}_{response.status_code}"] = body
        for code in _codes(body):
            REFUSED.add((operation_id, code))
            LATEST[code] = body
        if response.is_error:
            assert body["code"] in codes(self.spec, operation), (
                f"{operation_id} answered {body['code']}, which its x-errors do not name"
            )


class Client:
    def __init__(self, base_url, spec):
        self.contract = _contract(spec)
        # Loading certificates takes longer than most tests, and plain HTTP needs none.
        self.http = httpx.Client(base_url=base_url, timeout=60, verify=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    @cached_property
    def base_url(self):
        return str(self.http.base_url)

    def call(
        self,
        operation_id,
        *path,
        token=None,
        cookie=None,
        json=None,
        query=None,
        headers=None,
        method=None,
        **other,
    ):
        """Perform one operation; `path` fills its parameters in order."""
        stated, template, _ = self.contract.operations[operation_id]
        response = self.http.request(
            (method or stated).upper(),
            filled(template, path),
            json=json,
            params=query,
            headers=self._headers(token, cookie, headers),
            **other,
        )
        self.contract.check(operation_id, response)
        self.http.cookies.clear()  # what a test sends, it says
        return response

    def _headers(self, token, cookie, headers):
        made = {}
        if token is not None:
            made["Authorization"] = f"Bearer {token}"
        if cookie is not None:
            made["Cookie"] = cookie
        return {**made, **(headers or {})}


def _read(media, response):
    if media.endswith("yaml"):
        return yaml.safe_load(response.text)
    return response.json() if media.endswith("json") else response.text


def _codes(body):
    """Of the refusal itself, of the refused items of a batch, or of what an import failed by."""
    if isinstance(body, dict):
        items = body.get("results", [])
        failure = body["error"] if isinstance(body.get("error"), dict) else {}
        refused = [item["refusal"] for item in items if "refusal" in item]
        for refusal in [body, failure, *refused]:
            if "error" in refusal and "code" in refusal:
                yield refusal["code"]


def filled(template, values):
    left = list(values)
    path = re.sub(r"\{\w+\}", lambda _: quote(str(left.pop(0)), safe=""), template)
    assert not left, f"{template} has no place for {left}"
    return path


_contracts = {}


def _contract(spec):
    return _contracts.setdefault(id(spec), Contract(spec))
