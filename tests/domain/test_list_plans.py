"""In a large organization, lists of folders are made of what their reader sees."""

import json
import re

import pytest

import clock
import db
from domain.folders import folder_views
from prepared import Prepared
from tests.domain.test_visibility_plans import Crowd, touched

FEW = 400  # of some 10,000 folders and shares

LISTS = {
    "tree": folder_views._TREE,
    **{
        f"{scope} {sort_by}{part}": statement
        for (scope, sort_by), paged in folder_views._LISTS.items()
        for part, statement in vars(paged).items()
        if isinstance(statement, Prepared)
    },
}


@pytest.fixture
def crowd(make):
    return Crowd(make)


def test_a_list_is_made_of_few_rows(crowd):
    values = {
        "organization_id": crowd.home,
        "user_id": crowd.user.user_id,
        "now": clock.now(),
        "limit": 50,
        "offset": 0,
        "after_name_key": "",
        "after_created_at": clock.now(),
        "after_id": "",
    }
    with db.peek() as connection:
        is_postgresql = connection.dialect.name == "postgresql"
        driver = connection.connection.dbapi_connection
        if is_postgresql:
            driver.execute("ANALYZE")
        for name, prepared in LISTS.items():
            form = prepared.form(connection.dialect)
            given = form.parameters(values)
            if is_postgresql:
                asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {form.text}"
                [[plan]] = driver.execute(asked, given).fetchall()
                [whole] = json.loads(plan) if isinstance(plan, str) else plan
                assert touched(whole["Plan"]) <= FEW, name
            else:
                steps = driver.execute(f"EXPLAIN QUERY PLAN {form.text}", given).fetchall()
                wide = re.compile(r"^SCAN (folders|users|shares)|\(organization_id=\?\)$")
                assert [step[3] for step in steps if wide.search(step[3])] == [], name
