import pytest

import config


@pytest.fixture
def environment(monkeypatch):
    def environment(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return config.load()

    return environment


def test_people_reach_us_at_the_port_unless_told_otherwise(environment):
    assert environment(PORT="9000").public_url == "http://localhost:9000"
    assert environment(PUBLIC_URL="").public_url == "http://localhost:9000"
    assert environment(PUBLIC_URL="https://go.example").public_url == "https://go.example"


def test_every_wrong_setting_is_named_at_once(environment):
    with pytest.raises(config.BadSettings) as refused:
        environment(PORT="x", PUBLIC_URL="go.example", WORKERS="0")

    assert {line.split(":")[0] for line in str(refused.value).splitlines()} == {
        "PORT",
        "PUBLIC_URL",
        "WORKERS",
    }
