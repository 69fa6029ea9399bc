#!/usr/bin/env bash
# Builds the engine for the browser and collects what the page downloads in dist/files/ (git-ignored):
#   engine.wasm rig.bin speech.bin default.ftar     to start
#   rig-fit.bin models/*.tflite                     only when an avatar is created in the page
# and prints what each costs over the wire.
#
#   scripts/build-wasm.sh [--scratch-path FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build/wasm
if [ "${1:-}" = --scratch-path ]; then scratch=$2; fi
files=dist/files

fail() { echo "build-wasm: $1" >&2; exit 1; }

for tool in swift wasm-opt gzip brotli; do
  command -v "$tool" >/dev/null || fail "$tool is missing; run scripts/setup.sh"
done
[ -d /usr/lib/wasm32-wasi ] || fail "wasi-libc is missing; run scripts/setup.sh"

ENGINE_WASM=1 swift build --triple wasm32-unknown-none-wasm --toolset scripts/wasm-toolset.json \
  -c release --product EngineWasm --scratch-path "$scratch"

mkdir -p "$files/models"
built=$(ls "$scratch"/wasm32-unknown-none-wasm/release/EngineWasm* | grep -E 'EngineWasm(\.wasm)?$')
wasm-opt -O3 --converge --enable-simd --enable-bulk-memory --enable-sign-ext --enable-nontrapping-float-to-int \
  --enable-mutable-globals "$built" -o "$files/engine.wasm.part"
mv "$files/engine.wasm.part" "$files/engine.wasm"

# keep SOURCE TARGET: copies what has changed; missing sources are named, not fatal, so that a first build can go on.
keep() {
  if [ ! -f "$1" ]; then
    echo "build-wasm: $1 is not there yet" >&2
  elif ! cmp -s "$1" "$files/$2"; then
    cp "$1" "$files/$2.part" && mv "$files/$2.part" "$files/$2"
  fi
}
keep Models/rig.bin rig.bin
keep Models/rig-fit.bin rig-fit.bin
keep Models/speech.bin speech.bin
for model in face_detection_short_range face_landmark_with_attention selfie_segmentation; do
  keep "cache/models/$model.tflite" "models/$model.tflite"
done

# The SDK's types, for pages written in TypeScript.
if command -v tsc >/dev/null; then
  tsc -p web/tsconfig.json --noEmit false --declaration --emitDeclarationOnly --outDir dist/types
fi

# A voice for visitors without a microphone at hand; the page does without where there is no synthesiser.
if [ ! -f "$files/sample.wav" ] && command -v flite >/dev/null; then
  flite -voice slt -o "$files/sample.wav" -t "Hello! I was one photo, a moment ago. Now I can say whatever you like: \
people, papers, a bowl of milk, five very warm evenings. Every word moves my lips, and nothing leaves your device."
fi

echo "bytes                            raw      gzip    brotli"
for name in engine.wasm rig.bin speech.bin default.ftar rig-fit.bin models/face_detection_short_range.tflite \
  models/face_landmark_with_attention.tflite models/selfie_segmentation.tflite; do
  file=$files/$name
  [ -f "$file" ] || continue
  printf '%-40s %9d %9d %9d\n' "$name" "$(stat -c %s "$file")" "$(gzip -9c "$file" | wc -c)" \
    "$(brotli -q 9 -c "$file" | wc -c)"
done
