#!/usr/bin/env bash
# The example that needs a bundler, made of the package as its users have it: dist/files/examples/react.js.
#
#   scripts/build-examples.sh [--development]     with React's checks, strict mode mounting twice
#
# Run scripts/build-sdk.sh before. React comes from Debian (node-react, node-react-dom).
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "build-examples: $1" >&2; exit 1; }
[ -f dist/files/flexatar.tgz ] || fail "dist/files/flexatar.tgz is missing; run scripts/build-sdk.sh"
[ -d /usr/share/nodejs/react-dom ] || fail "React is missing; run scripts/setup.sh --tests"
mode=production
out=dist/files/examples/react.js
if [ "${1:-}" = --development ]; then
  mode=development
  out=dist/files/examples/react-development.js
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/node_modules/flexatar" "$(dirname "$out")"
tar xzf dist/files/flexatar.tgz -C "$folder/node_modules/flexatar" --strip-components=1
cp web/examples/react.jsx "$folder"
NODE_PATH=/usr/share/nodejs esbuild "$folder/react.jsx" --bundle --format=esm --jsx=automatic --minify --target=es2022 \
  --define:process.env.NODE_ENV="\"$mode\"" --log-level=warning --outfile="$out"
echo "bytes of $out: $(stat -c %s "$out"), compressed $(gzip -9c "$out" | wc -c)"
