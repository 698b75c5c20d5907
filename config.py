"""Everything the outside world decides, read once at start."""

import os
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class BadSettings(Exception):
    """One message that names every setting that is wrong."""


class Settings(BaseSettings):
    """One field per environment variable; README's table is checked against these fields."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for SQLite, secrets and mails.")
    database_url: str = Field(
        "",
        pattern=r"^$|^sqlite:///|^postgres(ql)?(\+psycopg)?://",
        description="postgresql://user:password@host/name. Empty: SQLite in the data folder.",
    )
    public_url: str = Field(
        "",
        pattern=r"^https?://[^/\s]+$",
        description="Where people reach us. Empty: http://localhost at the port.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Server processes.")
    mode: str = Field(
        "selfhosted", pattern="^(cloud|selfhosted)$", description="Shown by /api/version."
    )
    registrations_enabled: bool = Field(True, description="Off: only invited people register.")
    api_docs: bool = Field(True, description="Off: the page at /api-docs is not there.")

    jwt_secrets: SecretStr = Field(
        SecretStr(""),
        description="Signing keys, each ≥ 32 bytes, comma-separated, newest first. "
        "Empty: made once and kept in the data folder.",
    )
    metrics_secret: SecretStr = Field(SecretStr(""), description="Bearer secret of /metrics.")

    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="smtp://, smtp+starttls:// or smtps://user:password@host:port. "
        "Empty: mails are written to the data folder.",
    )
    mail_from: str = Field("SlugBase <noreply@localhost>", description="Sender of every mail.")
    mail_lease_seconds: int = Field(
        60, ge=1, description="After this long a mail claimed by a dead process is taken again."
    )
    run_jobs: bool = Field(
        True, description="Send mail and import files in the server process itself."
    )

    openai_api_key: SecretStr = Field(
        SecretStr(""), description="Key for AI suggestions. Empty: there are none."
    )
    openai_base_url: str = Field(
        "",
        pattern=r"^$|^https?://[^\s]+$",
        description="Another server that speaks OpenAI's API. Empty: OpenAI's own.",
    )
    ai_suggestions_model: str = Field("gpt-4o-mini", description="The model that is asked.")

    cors_origins: str = Field("", description="Origins other sites may call from, comma-separated.")
    trusted_proxies: str = Field("127.0.0.1", description="Addresses whose X-Forwarded-* counts.")
    rate_limits_enabled: bool = Field(True, description="Off: nobody is slowed down.")
    access_log: bool = Field(True, description="One JSON line per request on standard output.")
    password_hash_cheap: bool = Field(False, description="For tests only: weak, fast hashing.")

    @model_validator(mode="before")
    @classmethod
    def _reach_us_locally(cls, given: dict[str, Any]) -> dict[str, Any]:
        local = f"http://localhost:{given.get('port', cls.model_fields['port'].default)}"
        return {**given, "public_url": given.get("public_url") or local}

    @property
    def database(self) -> str:
        """SQLAlchemy URL; PostgreSQL always through psycopg 3."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'slugbase.db'}"
        scheme, separator, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg{separator}{rest}"
        return self.database_url

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def allowed_origins(self) -> list[str]:
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]

    def signing_keys(self) -> list[str]:
        """Newest first: the first signs, all verify."""
        return (self.jwt_secrets.get_secret_value() or _kept_secret(self.data_dir)).split(",")


def _kept_secret(data_dir: Path) -> str:
    """The secret of this installation; the first start makes it, readable by its owner only."""
    path = data_dir / "secrets"
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = data_dir / f".secrets.{os.getpid()}"
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # two processes starting together agree on one file
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def load() -> Settings:
    """Read the settings, or raise `BadSettings` with everything that is wrong."""
    try:
        found = Settings()
    except ValidationError as refused:
        raise BadSettings(
            "\n".join(
                f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
                for each in refused.errors()
            )
        ) from None
    if problems := list(_problems(found)):
        raise BadSettings("\n".join(problems))
    return found


def _problems(found: Settings) -> Iterator[str]:
    """What no pattern can tell."""
    try:
        make_url(found.database)
    except (ValueError, ArgumentError):
        yield "DATABASE_URL: it cannot be read"  # not repeated: it may hold a password
    try:
        if any(len(key.encode()) < 32 for key in found.signing_keys()):
            yield "JWT_SECRETS: every key must have at least 32 bytes"
    except OSError as refused:
        yield f"DATA_DIR: {refused.strerror}: {refused.filename}"


@cache
def settings() -> Settings:
    return load()
