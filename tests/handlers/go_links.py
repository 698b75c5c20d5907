"""What the tests of go-links share: who asks, and where it leads."""

URL = "https://jira.example.com/browse"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def deeper(go, path, **headers):
    return go(path, "follow_link_with_arguments", **headers)


def leads_to(response):
    assert response.status_code == 302, response.text
    return response.headers["location"]
