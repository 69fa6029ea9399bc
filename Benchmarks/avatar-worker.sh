#!/usr/bin/env bash
# The avatar worker over a long time: an agent that speaks without end and is interrupted, at 512x512 and 25 frames a second
# on one core. Prints JSON: frames a second, delays, playback_finished that were missed or early, memory, processor time.
#
#   Benchmarks/avatar-worker.sh [SECONDS [INTERRUPTIONS]]      an hour with 200 unless told
set -euo pipefail
cd "$(dirname "$0")/.."
FLEXATAR=${FLEXATAR:-$PWD/.build/release/flexatar} exec "${FLEXATAR_PYTHON:-cache/venv/bin/python}" \
  Benchmarks/avatar-worker.py "${1:-3600}" "${2:-200}"
