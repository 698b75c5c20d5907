"""What the jobs say, as JSON lines on standard output, like the log of requests."""

import json
import logging
from datetime import UTC, datetime

ROOMS = ("jobs", "adapters")


class JsonLines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        line = {
            "time": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = logging.Formatter().formatException(record.exc_info)
        print(json.dumps(line, ensure_ascii=False), flush=True)


def begin() -> None:
    for room in ROOMS:
        logger = logging.getLogger(room)
        logger.setLevel(logging.INFO)
        if not any(isinstance(handler, JsonLines) for handler in logger.handlers):
            logger.addHandler(JsonLines())
