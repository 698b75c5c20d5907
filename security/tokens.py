"""Secrets we hand out, of which only the hash is kept."""

import hashlib
import secrets


def new_secret(prefix: str = "") -> tuple[str, str]:
    """A secret of 32 random bytes, and the hash to store."""
    secret = prefix + secrets.token_urlsafe(32)
    return secret, hash_secret(secret)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
