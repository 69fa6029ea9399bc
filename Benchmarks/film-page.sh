#!/usr/bin/env bash
# Makes 30 seconds of film in headless Chromium: how much faster than real time, and where the processor's time goes.
#
#   Benchmarks/film-page.sh [WIDTHxHEIGHT] [FPS] [FORMAT]      640x640 30 mp4
set -euo pipefail
cd "$(dirname "$0")/.."
exec cache/venv/bin/python Benchmarks/film-page.py "${1:-640x640}" "${2:-30}" "${3:-mp4}"
