#!/usr/bin/env bash
# The API in a container, its data in the volume flexatar-data: http://127.0.0.1:8081/docs
#
#   ./run-docker.sh [serve OPTIONS...]
#
# FLEXATAR_PORT is the port on this machine (8081); .env is handed in where it is there. An account:
#   docker exec flexatar flexatar account create NAME
set -euo pipefail
cd "$(dirname "$0")"
fail() { echo "run-docker: $1" >&2; exit 1; }

command -v docker >/dev/null || fail "docker is missing"
docker info >/dev/null 2>&1 || fail "no container engine answers; start it, or run ./run-server.sh without one"
docker build --tag flexatar .
settings=()
[ ! -f .env ] || settings=(--env-file .env)
# A host name that stays: what a killed process has left is known by it.
exec docker run --rm --init --name flexatar --hostname flexatar --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
  --publish "127.0.0.1:${FLEXATAR_PORT:-8081}:8081" --volume flexatar-data:/data \
  ${settings[@]+"${settings[@]}"} flexatar serve --api-only --host 0.0.0.0 "$@"
