"""What a scrape shows."""

from functools import partial

from edge import metrics
from tests.edge import asgi
from tests.edge.asgi import answering, request

REQUESTS = "slugbase_http_requests_total"
DURATION = "slugbase_http_request_duration_seconds"


def value(sample: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(sample, labels) or 0.0


front = partial(asgi.front, access_log=False)


def test_requests_are_counted_by_operation_method_and_outcome():
    app = front(answering(404, operation_id="handlers.things.count_me"))

    request(app, method="POST")
    request(app, method="POST")
    request(app, method="GET")

    assert value(REQUESTS, operation="count_me", method="POST", status="404") == 2


def test_latency_is_a_histogram_by_operation():
    request(front(answering(operation_id="handlers.things.time_me")))

    assert value(f"{DURATION}_bucket", operation="time_me", le="10.0") == 1
    assert value(f"{DURATION}_count", operation="time_me") == 1
    assert 0 < value(f"{DURATION}_sum", operation="time_me") < 10


def test_a_bucket_includes_its_bound():
    traffic = metrics.Traffic()

    traffic.count("at_the_bound", "GET", 200, 0.005)

    [histogram] = [family for family in traffic.collect() if family.type == "histogram"]
    below = {sample.labels.get("le"): sample.value for sample in histogram.samples}
    assert (below["0.0025"], below["0.005"], below["+Inf"]) == (0, 1, 1)


def test_requests_under_way_are_shown():
    seen = []

    async def app(scope, receive, send):
        seen.append(value("slugbase_http_requests_in_flight"))
        await answering()(scope, receive, send)

    request(front(app))

    assert seen == [1.0]
    assert value("slugbase_http_requests_in_flight") == 0


def test_invented_methods_and_paths_do_not_make_new_series():
    before = value(REQUESTS, operation="none", method="OTHER", status="404")

    for method, path in (("BREW", "/a"), ("WHEN", "/b")):
        request(front(answering(404, operation_id=None)), path, method=method)

    after = value(REQUESTS, operation="none", method="OTHER", status="404")
    assert after - before == 2


def test_a_scrape_is_text_and_shows_the_process_too():
    request(front(answering(operation_id="handlers.things.show_me")))

    lines = metrics.render().decode().splitlines()

    assert metrics.CONTENT_TYPE.startswith("text/plain; version=0.0.4")
    assert f'{REQUESTS}{{method="GET",operation="show_me",status="200"}} 1.0' in lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
