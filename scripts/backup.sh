#!/usr/bin/env bash
# Copies the service's database and objects into a new folder, while the service runs.
#
#   scripts/backup.sh FOLDER
#
# DATABASE_URL and OBJECTS_FOLDER as for the service (environment or .env). The database is copied in one transaction,
# before the objects: what it names was there then. Objects are hard to compress; only the folder's checksums are new.
set -euo pipefail
fail() { echo "backup: $1" >&2; exit 1; }
[ $# = 1 ] || fail "usage: scripts/backup.sh FOLDER"
mkdir -p "$(dirname "$1")"
target=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/.."
. scripts/settings.sh

[ ! -e "$target" ] || fail "$target is there already"
umask 077
part=$target.part
rm -rf "$part"
mkdir "$part"
trap 'rm -rf "$part"' EXIT

if is_postgres; then
  needs pg_dump postgresql-client
  pg_dump --format=custom --no-owner --file="$part/database.pgdump" "$database" || fail "pg_dump failed"
else
  needs sqlite3 sqlite3
  [ -f "$database" ] || fail "there is no database $database"
  sqlite3 -bail -cmd '.timeout 30000' "$database" "VACUUM INTO '${part//\'/\'\'}/database.sqlite'" || fail "sqlite3 failed"
fi
[ -z "$(setting OBJECTS_URL '')" ] ||
  echo "backup: the objects lie in a bucket and are not copied: keep its versions, or copy it" >&2
mkdir "$part/objects"
if [ -d "$objects" ]; then
  # 1: files went or came meanwhile. Half-written ones are hidden.
  { tar -C "$objects" --exclude='.*.part' --warning=none -cf - . || [ $? = 1 ]; } | tar -C "$part/objects" -xpf - ||
    fail "$objects cannot be copied"
fi
(cd "$part" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
sync -f "$part"
mv "$part" "$target"
trap - EXIT
echo "$target: $(du -sh "$target" | cut -f1)"
