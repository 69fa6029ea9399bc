#!/usr/bin/env bash
# Builds the vision module alone for WebAssembly as cache/vision.wasm; FaceTests then compare it with the native build.
#
#   Benchmarks/vision-wasm.sh [SCRATCH_FOLDER]
#   node Benchmarks/vision.mjs cache/vision.wasm cache/models PHOTO.ppm
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=${1:-.build/wasm}
ENGINE_WASM=1 swift build --triple wasm32-unknown-none-wasm --toolset scripts/wasm-toolset.json -c release \
  --product VisionWasm --scratch-path "$scratch"
built=$(ls "$scratch"/wasm32-unknown-none-wasm/release/VisionWasm* | grep -E 'VisionWasm(\.wasm)?$')
mkdir -p cache
wasm-opt -O3 --enable-simd --enable-bulk-memory --enable-sign-ext --enable-nontrapping-float-to-int \
  --enable-mutable-globals "$built" -o cache/vision.wasm
ls -l cache/vision.wasm
