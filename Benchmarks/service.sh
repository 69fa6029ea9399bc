#!/usr/bin/env bash
# What the service does in a second: token checks and polls by wrk (Debian), creations from upload to finished avatar.
# On a new SQLite database, or a new schema of the PostgreSQL server that FLEXATAR_TEST_POSTGRES names.
#
#   Benchmarks/service.sh [PHOTO]
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "$(basename "$0"): $1" >&2; exit 1; }
photo=${1:-}
program=$PWD/.build/release/flexatar
command -v wrk >/dev/null || fail "wrk is missing; apt-get install wrk"
[ -x "$program" ] || fail "$program is missing; run ./run.sh"
[ -f "$photo" ] || fail "name a photo: Benchmarks/service.sh PHOTO"

folder=$(mktemp -d)
trap 'kill $server 2>/dev/null; wait; rm -rf "$folder"' EXIT
export FLEXATAR_HOME=$PWD OBJECTS_FOLDER=$folder/objects FLEXATAR_RATE=1000000 DATABASE_URL=${DATABASE_URL:-$folder/service.sqlite}
"$program" serve --port 8190 2>"$folder/log" &
server=$!
until curl -sSf http://localhost:8190/ready >"$folder/ready" 2>&1; do sleep 0.1; done
sleep 2
printf 'idle memory: %s MB\n' "$(($(awk '/VmRSS/ {print $2}' /proc/$server/status) / 1000))"
name=bench-$RANDOM$RANDOM
secret=$("$program" account create "$name")
"$program" account credit "$name" 100000 2>"$folder/credit"
FLEXATAR_SECRET=$secret python3 Benchmarks/service.py http://localhost:8190 "$photo" "$folder"
for what in token poll; do
  # shellcheck disable=SC1091
  . "$folder/$what"
  echo "$what: $(wrk -t1 -c32 -d10 --latency ${header:+-H "$header"} "$url" | awk '
    / 50%/ {p50 = $2} / 99%/ {p99 = $2} /Requests\/sec/ {rate = $2} /Non-2xx/ {bad = " FAILED: " $0}
    END {print rate " requests/s, p50 " p50 ", p99 " p99 " (bar: 15000, p99 20 ms)" bad}')"
done
