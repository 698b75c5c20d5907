"""Invite one person by e-mail: Python 3, standard library only."""

import json
import os
import sys
import urllib.error
import urllib.request

base_url = os.environ.get("BASE_URL", "http://localhost:8000")
organization = os.environ["ORGANIZATION"]
email = os.environ.get("EMAIL", "grace@example.com")

request = urllib.request.Request(
    f"{base_url}/api/organizations/{organization}/invitations",
    method="POST",
    data=json.dumps({"email": email}).encode(),
    headers={
        "Content-Type": "application/json",
        "Authorization": f"Bearer {os.environ['TOKEN']}",
    },
)
try:
    with urllib.request.urlopen(request) as response:
        print(json.dumps(json.load(response), indent=2))
except urllib.error.HTTPError as refused:
    # A refusal says why, in the same JSON for every operation.
    print(refused.read().decode())
    sys.exit(1)
