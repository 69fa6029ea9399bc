#!/usr/bin/env bash
# From a fresh clone to a page that talks: http://localhost:8081/main; and a customer's page, http://localhost:8082
#
#   ./run.sh [--port 8081] [--host 127.0.0.1]
#
# Sets up (packages, models), builds the program and the browser's engine, makes the default avatar, serves. Everything
# that is done already is skipped. Logs lie in artefacts/. Environment: FLEXATAR_PACKAGES=skip installs no packages.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/steps.sh

scripts/setup.sh
step build "Building flexatar (minutes the first time)" swift build -c release --product flexatar
program=$(swift build -c release --show-bin-path 2>/dev/null)/flexatar
step build-wasm "Building the engine for the browser" scripts/build-wasm.sh
step default-avatar "Making the default avatar" default_avatar "$program"
# For developers: the SDK as a package, the examples and the extension.
pack() { scripts/build-sdk.sh && scripts/build-examples.sh && scripts/build-extension.sh; }
if command -v esbuild >/dev/null && command -v tsc >/dev/null && [ -d /usr/share/nodejs/react-dom ]; then
  step pack "Packing SDK, examples and extension" pack
else
  echo "The SDK's package and examples are left out; scripts/setup.sh --sdk installs what packs them."
fi
step compress "Compressing what the page downloads" compress

# The quickstart page's server is a customer of the service: an account of its own, its secret in .env.
quickstart_account() {
  local secret
  if "$program" account list | grep -q '^quickstart '; then
    grep -qs '^FLEXATAR_API_SECRET=' .env && return
    secret=$("$program" account rotate quickstart --at-once)
  else
    secret=$("$program" account create quickstart)
  fi
  "$program" account credit quickstart 100 --reference run.sh
  (umask 077 && touch .env && { grep -v '^FLEXATAR_API_SECRET=' .env || true; } >.env.new)
  echo "FLEXATAR_API_SECRET=$secret" >>.env.new
  mv .env.new .env
}
step quickstart "Opening the quickstart page's account" quickstart_account
exec "$program" serve --quickstart 8082 --agent 8083 "$@"
