import asyncio
import threading
import time
from contextvars import ContextVar

import pytest

from contract.workers import Workers

WHO = ContextVar("WHO", default="nobody")


def run_all(workers, calls):
    async def wait():
        return await asyncio.gather(*(workers.run(call) for call in calls))

    return asyncio.run(wait())


def test_work_is_done_at_once_by_as_many_threads_as_are_allowed():
    meeting = threading.Barrier(3, timeout=5)

    assert sorted(run_all(Workers(3), [meeting.wait] * 3)) == [0, 1, 2]


def test_no_more_threads_are_started_than_are_allowed():
    def name():
        time.sleep(0.01)
        return threading.current_thread().name

    assert len(set(run_all(Workers(2), [name] * 20))) == 2


def test_a_thread_is_used_again():
    workers = Workers(10)
    names = {run_all(workers, [lambda: threading.current_thread().name])[0] for _ in range(5)}

    assert len(names) == 1


def test_what_is_raised_in_a_thread_reaches_the_caller():
    def fail():
        raise LookupError("not here")

    with pytest.raises(LookupError, match="not here"):
        run_all(Workers(1), [fail])


def test_a_thread_sees_the_context_and_cannot_change_it():
    async def ask(workers):
        WHO.set("ada")
        seen = await workers.run(WHO.get)
        await workers.run(lambda: WHO.set("bob"))
        return seen, WHO.get()

    assert asyncio.run(ask(Workers(1))) == ("ada", "ada")


def test_a_caller_that_gave_up_does_not_stop_the_thread():
    async def give_up(workers):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(workers.run(lambda: time.sleep(0.05)), 0.01)
        return await workers.run(lambda: "still here")

    assert asyncio.run(give_up(Workers(1))) == "still here"


def test_a_loop_that_is_gone_does_not_stop_the_thread():
    workers = Workers(1)
    finish = threading.Event()

    async def leave():
        workers.run(finish.wait)

    asyncio.run(leave())
    finish.set()

    assert run_all(workers, [lambda: "still here"]) == ["still here"]
