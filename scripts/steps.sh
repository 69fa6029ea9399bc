# Shared by run.sh and test.sh: quiet steps with their logs in artefacts/. To be sourced in the repository root.
mkdir -p artefacts

# patiently COMMAND...: a download that breaks off is tried again, twice.
patiently() { "$@" || { sleep 5 && "$@"; } || { sleep 20 && "$@"; }; }

fail() { echo "$(basename "$0"): $1" >&2; exit 1; }

# step LOG SENTENCE COMMAND...: runs a command with its output in artefacts/LOG.log, and says how long it took.
step() {
  local log=artefacts/$1.log begun=$SECONDS
  printf '%s … ' "$2"
  if "${@:3}" >"$log" 2>&1; then
    echo "$((SECONDS - begun)) s"
  else
    echo failed
    { grep -E '(^|[ :])(error|fatal)[: ]' "$log" || tail -n 15 "$log"; } | head -n 15 | sed 's/^/    /' >&2
    fail "$2: failed, see $log"
  fi
}

# The avatar that the page begins with; made again when the program or its data are newer.
default_avatar() {
  local avatar=dist/files/default.ftar newer
  mkdir -p dist/files
  if [ -f "$avatar" ]; then
    newer=$(find "$1" Models cache/portrait.png -newer "$avatar" -print -quit)
    [ -n "$newer" ] || return 0
  fi
  # The portrait is small, 43 pixels from eye to eye.
  "$1" create cache/portrait.png --min-eye-distance 40 -o "$avatar" --preview dist/files/default.jpg
}

# Compresses once what the page downloads, so that the server need not do it each time.
compress() {
  local file
  find dist/files -type f \( -name '*.wasm' -o -name '*.bin' -o -name '*.tflite' -o -name '*.ftar' \) |
    while read -r file; do
      [ "$file.br" -nt "$file" ] || { brotli -q 11 -c "$file" >"$file.br.part" && mv "$file.br.part" "$file.br"; }
      [ "$file.gz" -nt "$file" ] || { gzip -9 -n -c "$file" >"$file.gz.part" && mv "$file.gz.part" "$file.gz"; }
    done
}
