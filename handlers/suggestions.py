"""Tag: Suggestions."""

import logging
from typing import Any

import config
from adapters import language_model, page_heads
from adapters.language_model import ModelFailed, ModelTimeout
from db import reading, transaction
from domain.bookmarks import suggestions
from domain.bookmarks.suggestions import AiFailed, AiTimeout, Question
from security.principal import Principal

Json = dict[str, Any]

log = logging.getLogger(__name__)


def suggest_bookmark(body: Json, user: Principal) -> Json:
    is_set_up = bool(config.settings().openai_api_key.get_secret_value())
    with reading() as session:
        asked = suggestions.question(session, user, body["url"], is_set_up=is_set_up)
        kept = suggestions.kept(session, asked)
    if kept is not None:
        return kept
    # The page and the model take seconds, so no transaction is open while they are asked.
    proposed = _proposed(asked, body.get("page_title"))
    with transaction() as session:
        return suggestions.keep(session, user, asked, proposed)


def _proposed(asked: Question, page_title: str | None) -> Json:
    page = page_heads.read(asked.url)
    if page_title:
        page["title"] = page_title
    try:
        facts = suggestions.facts(asked, page)
        return language_model.propose(config.settings(), facts).model_dump()
    except ModelTimeout:
        raise AiTimeout from None
    except ModelFailed as failed:
        log.warning("No AI suggestion: %s", failed)
        raise AiFailed from None
