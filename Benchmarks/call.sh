#!/usr/bin/env bash
# A long call: drift of the lips against the voice, memory, dropped frames; the figures of docs/figures.md.
#
#   Benchmarks/call.sh [MINUTES]        60 unless told; prints one line for each 30 s and the figures against their bars
#
# Needs what ./test.sh installs, and dist/files.
set -euo pipefail
cd "$(dirname "$0")/.."
exec cache/venv/bin/python Benchmarks/call.py "${1:-60}"
