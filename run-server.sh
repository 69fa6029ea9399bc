#!/usr/bin/env bash
# The API without the demo page: http://127.0.0.1:8081/docs
#
#   ./run-server.sh [--port 8081] [--host 127.0.0.1] [--no-worker]
#
# Sets up, builds and serves; everything that is done already is skipped. Configured by environment variables and .env,
# see docs/service.md. Environment: FLEXATAR_PACKAGES=skip installs no packages.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/steps.sh

scripts/setup.sh
step build "Building flexatar (minutes the first time)" swift build -c release --product flexatar
exec "$(swift build -c release --show-bin-path 2>/dev/null)/flexatar" serve --api-only "$@"
