#!/usr/bin/env bash
# The browser extension: dist/extension (to load unpacked) and dist/flexatar-extension.zip (for a store). Takes the
# engine's files from dist/files; run scripts/build-wasm.sh (or ./run.sh) before.
#
#   scripts/build-extension.sh
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "build-extension: $1" >&2; exit 1; }
command -v esbuild >/dev/null || fail "esbuild is missing; run scripts/setup.sh --tests"
for name in engine.wasm rig.bin speech.bin default.ftar; do
  [ -f "dist/files/$name" ] || fail "dist/files/$name is missing; run ./run.sh"
done

target=dist/extension
rm -rf "$target"
mkdir -p "$target/sdk" "$target/files/models"
cp web/extension/*.{json,html,css,js} "$target"
cp web/pages/palette.css "$target"
cp -r web/extension/icons "$target"
cp web/sdk/*.js "$target/sdk"
cp dist/files/{engine.wasm,rig.bin,rig-fit.bin,speech.bin,default.ftar,default.jpg} "$target/files"
cp dist/files/models/*.tflite "$target/files/models"
cp NOTICE "$target"
# A content script in the page's world is no module.
esbuild web/extension/page.js --bundle --format=iife --minify --target=chrome123 --log-level=warning --outfile="$target/page.js" \
  --allow-overwrite

rm -f dist/flexatar-extension.zip
(cd "$target" && python3 -m zipfile -c ../flexatar-extension.zip ./*)
du -sb "$target" dist/flexatar-extension.zip
