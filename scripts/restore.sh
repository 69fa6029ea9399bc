#!/usr/bin/env bash
# Puts a backup of scripts/backup.sh where the service looks for its data: a database and an objects' folder that are
# new. Nothing that is there is overwritten.
#
#   scripts/restore.sh FOLDER
#
# DATABASE_URL and OBJECTS_FOLDER as for the service (environment or .env).
set -euo pipefail
fail() { echo "restore: $1" >&2; exit 1; }
[ $# = 1 ] && [ -d "$1" ] || fail "usage: scripts/restore.sh FOLDER"
source=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
. scripts/settings.sh

[ -f "$source/SHA256SUMS" ] || fail "$source is no backup: SHA256SUMS is missing"
(cd "$source" && sha256sum --status --check SHA256SUMS) || fail "$source is damaged"
[ -z "$(ls -A "$objects" 2>/dev/null)" ] || fail "$objects is not empty"

umask 077
if is_postgres; then
  [ -f "$source/database.pgdump" ] || fail "$source holds no PostgreSQL database"
  needs psql postgresql-client
  needs pg_restore postgresql-client
  tables=$(psql -XAtc "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'" "$database") || fail "psql failed"
  [ "$tables" = 0 ] || fail "the database has tables already"
  pg_restore --no-owner --exit-on-error --single-transaction --dbname="$database" "$source/database.pgdump" ||
    fail "pg_restore failed"
else
  [ -f "$source/database.sqlite" ] || fail "$source holds no SQLite database"
  # Its write-ahead log would be taken for the new one's.
  for file in "$database" "$database-wal" "$database-shm"; do
    [ ! -e "$file" ] || fail "$file is there already"
  done
  mkdir -p "$(dirname "$database")"
  cp "$source/database.sqlite" "$database.part"
  sync "$database.part"
  mv "$database.part" "$database"
fi
mkdir -p "$objects"
cp -a "$source/objects/." "$objects/"
sync -f "$objects"
echo "restored; start the service as before"
