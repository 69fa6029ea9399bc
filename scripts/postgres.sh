#!/usr/bin/env bash
# A PostgreSQL server for tests, its files in a folder of their own, reached by a socket in it and by nothing else.
#
#   scripts/postgres.sh start FOLDER     prints the server's URL, for FLEXATAR_TEST_POSTGRES
#   scripts/postgres.sh stop FOLDER      ends it and takes the folder away
set -euo pipefail

fail() { echo "postgres: $1" >&2; exit 1; }
[ $# = 2 ] || fail "usage: scripts/postgres.sh start|stop FOLDER"

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /)")
[ -x "$bin/initdb" ] || fail "PostgreSQL's server is missing; run scripts/setup.sh --tests"

# The server refuses to run as root.
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

folder=$2
case $1 in
  start)
    mkdir -p "$folder"
    [ "$(id -u)" != 0 ] || chown postgres "$folder"
    chmod 711 "$folder"
    cd /
    as "$bin/initdb" -D "$folder/data" -U flexatar --auth=trust --encoding=UTF8 --locale=C --no-sync >"$folder.log" 2>&1 ||
      fail "initdb failed, see $folder.log"
    as "$bin/pg_ctl" -D "$folder/data" -l "$folder/data/log" -w -o "-c listen_addresses='' -k $folder -c max_connections=300" \
      start >>"$folder.log" 2>&1 || fail "the server did not start, see $folder.log"
    echo "postgresql:///postgres?host=$folder&user=flexatar"
    ;;
  stop)
    cd /
    as "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder" "$folder.log"
    ;;
  *) fail "usage: scripts/postgres.sh start|stop FOLDER" ;;
esac
