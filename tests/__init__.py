"""The settings of every test, in place before anything reads them."""

import os
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="slugbase-tests-"))
os.environ.update(
    DATA_DIR=str(FOLDER / "data"),
    DATABASE_URL="",
    PASSWORD_HASH_CHEAP="true",
    RATE_LIMITS_ENABLED="false",
    RUN_JOBS="false",
    ACCESS_LOG="false",
    JWT_SECRETS="the-key-that-signs-the-access-tokens-of-the-tests-and-of-nothing-else",
    METRICS_SECRET="metrics-secret-of-the-tests",
    OPENAI_API_KEY="openai-key-of-the-tests",
    OPENAI_BASE_URL="http://127.0.0.1:9",
)
