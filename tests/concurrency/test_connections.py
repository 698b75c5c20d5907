import pytest

import db

# What PostgreSQL lets in by default, less the three it keeps for its administrator.
ALLOWED = 97


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 8, 16, 64])
def test_all_processes_together_find_room_in_postgresql(processes):
    pool = db.make_engine("postgresql+psycopg://nowhere/slugbase", processes).pool
    most = pool.size() + pool._max_overflow

    assert 0 < most <= db.THREADS
    assert most * processes <= ALLOWED
