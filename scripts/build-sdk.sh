#!/usr/bin/env bash
# The SDK as an npm package: dist/files/flexatar.tgz, as `npm pack` would make it, and served as /files/flexatar.tgz.
# Inside: sdk/ (the modules, without comments and blanks), types/, files/ (what the engine downloads), studio/ and films/ (the
# pages in iframes) with what they share in pages/, and docs/.
#
#   scripts/build-sdk.sh
#   npm install https://example.org/files/flexatar.tgz
#
# Run scripts/build-wasm.sh (or ./run.sh) before.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "build-sdk: $1" >&2; exit 1; }
for tool in esbuild tsc; do
  command -v "$tool" >/dev/null || fail "$tool is missing; run scripts/setup.sh --sdk"
done
for name in engine.wasm rig.bin speech.bin default.ftar; do
  [ -f "dist/files/$name" ] || fail "dist/files/$name is missing; run ./run.sh"
done

package=$(mktemp -d)/package
trap 'rm -rf "$(dirname "$package")"' EXIT
mkdir -p "$package/files/models" "$package/pages" "$package/docs"
cp web/package.json NOTICE "$package"
# Pictures and the other pages stay in the repository.
readers="browser films agents studio virtual-camera"
for page in sdk $readers; do
  sed -E "/^!\[/d; s/\]\((${readers// /|})\.md/](docs\/\1.md/g; s/\[([^]]*)\]\(([a-z-]+\.md|\.\.)[^)]*\)/\1/g" "docs/$page.md" >"$package/docs/$page.md"
done
mv "$package/docs/sdk.md" "$package/README.md"
sed -i 's/](docs\//](/g' "$package"/docs/*.md
cp -r web/studio web/films "$package"
cp web/pages/{element.js,palette.css} "$package/pages"
cp dist/files/{engine.wasm,rig.bin,rig-fit.bin,speech.bin,default.ftar,default.jpg} "$package/files"
cp dist/files/models/*.tflite "$package/files/models"
# One file for one: workers and the worklet stay files of their own.
esbuild web/sdk/*.js --minify --format=esm --target=es2022 --log-level=warning --outdir="$package/sdk"
tsc -p web/tsconfig.json --noEmit false --declaration --emitDeclarationOnly --outDir "$package/emitted"
mv "$package/emitted/sdk" "$package/types"
rm -r "$package/emitted"

mkdir -p dist/files
# A name of its own: two of these may run at a time.
part=$(mktemp dist/files/.flexatar.XXXXXX)
trap 'rm -rf "$(dirname "$package")" "$part"' EXIT
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - -C "$(dirname "$package")" package | gzip -9n >"$part"
chmod 644 "$part"
mv "$part" dist/files/flexatar.tgz
echo "bytes of dist/files/flexatar.tgz: $(stat -c %s dist/files/flexatar.tgz)"
echo "bytes of its scripts, each compressed: $(for file in "$package"/sdk/*.js; do gzip -9c "$file" | wc -c; done | awk '{ sum += $1 } END { print sum }')"
