#!/bin/sh
# Invite one person by e-mail: needs curl. TOKEN and ORGANIZATION are explained in README.md.
set -eu

BASE_URL="${BASE_URL:-http://localhost:8000}"
EMAIL="${EMAIL:-grace@example.com}"

curl --silent --show-error --fail-with-body \
  -X POST "$BASE_URL/api/organizations/$ORGANIZATION/invitations" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $TOKEN" \
  --data "{\"email\": \"$EMAIL\"}"
echo
