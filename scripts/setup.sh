#!/usr/bin/env bash
# Everything the product needs on this machine: Debian (or Ubuntu) packages, then the vision models and the default
# portrait in cache/. Asks for nothing that is there already, so that it may run every time.
#
#   scripts/setup.sh [--sdk | --tests]      --sdk also installs what packs the SDK and its examples, --tests what tests use, too
#
# FLEXATAR_PACKAGES=skip leaves the packages alone (they came some other way).
set -euo pipefail
cd "$(dirname "$0")/.."

BUILD="pkg-config libvips-dev libpango1.0-dev libavformat-dev libavcodec-dev libavutil-dev libswresample-dev
  libswscale-dev libegl-dev libgles-dev libsqlite3-dev libpq-dev"
RUN="libegl1 libgles2 libegl-mesa0 libgl1-mesa-dri libsqlite3-0 libpq5 fonts-wqy-microhei"
PAGE="wasi-libc binaryen brotli gzip flite pocketsphinx pocketsphinx-en-us"
FETCH="python3 python3-pip curl ca-certificates"
SDK="nodejs node-typescript esbuild node-react node-react-dom"
TESTS="$SDK python3-venv chromium firefox-esr webkit2gtk-driver xvfb pulseaudio ffmpeg flite postgresql sqlite3 nginx-light gstreamer1.0-tools gstreamer1.0-plugins-base
  gstreamer1.0-plugins-base-apps gstreamer1.0-plugins-good gstreamer1.0-libav"

fail() { echo "setup: $1" >&2; exit 1; }

# First, because nothing else helps without it, and no package brings it.
command -v swift >/dev/null || fail "Swift 6.3 or newer is needed: https://www.swift.org/install/linux"
version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+' | head -1)
case $version in
  [0-5].* | 6.[0-2]) fail "Swift $version is too old; 6.3 or newer is needed: https://www.swift.org/install/linux" ;;
esac

wanted="$BUILD $RUN $PAGE $FETCH"
[ "${1:-}" = --sdk ] && wanted="$wanted $SDK"
[ "${1:-}" = --tests ] && wanted="$wanted $TESTS"

has() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

if [ "${FLEXATAR_PACKAGES:-}" != skip ]; then
  command -v dpkg-query >/dev/null ||
    fail "this is not Debian or Ubuntu; install the like of these yourself and set FLEXATAR_PACKAGES=skip: $(echo $wanted)"
  missing=()
  for package in $wanted; do
    has "$package" || missing+=("$package")
  done
  # A program that came from elsewhere than a package will do as well.
  kept=()
  for package in ${missing[@]+"${missing[@]}"}; do
    case $package in
      chromium) command -v chromium >/dev/null || command -v google-chrome >/dev/null || kept+=("$package") ;;
      nodejs) command -v node >/dev/null || kept+=("$package") ;;
      node-typescript) command -v tsc >/dev/null || kept+=("$package") ;;
      esbuild) command -v esbuild >/dev/null || kept+=("$package") ;;
      nginx-light) PATH=$PATH:/usr/sbin command -v nginx >/dev/null || kept+=("$package") ;;
      python3) command -v python3 >/dev/null || kept+=("$package") ;;
      python3-pip) python3 -m pip --version >/dev/null 2>&1 || kept+=("$package") ;;
      python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null || kept+=("$package") ;;
      flite | ffmpeg | curl | brotli | gzip) command -v "$package" >/dev/null || kept+=("$package") ;;
      *) kept+=("$package") ;;
    esac
  done
  if [ ${#kept[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ]; then
      root=()
    elif command -v sudo >/dev/null; then
      root=(sudo)
    else
      fail "packages are missing and there is no sudo; run as root: apt-get install ${kept[*]}"
    fi
    mkdir -p artefacts
    echo "setup: installing ${kept[*]} (log: artefacts/packages.log)"
    # A download that breaks off is tried again, another installation waited for.
    patient="-o Acquire::Retries=5 -o DPkg::Lock::Timeout=300"
    {
      "${root[@]+"${root[@]}"}" apt-get $patient update &&
        "${root[@]+"${root[@]}"}" env DEBIAN_FRONTEND=noninteractive \
          apt-get $patient install --yes --no-install-recommends "${kept[@]}"
    } >artefacts/packages.log 2>&1 ||
      fail "apt-get did not install ${kept[*]}: $(grep -m1 '^E:' artefacts/packages.log || echo 'see artefacts/packages.log')"
  fi
fi

# All of it verified by SHA-256, and quick when it is there.
more=
[ "${1:-}" = --tests ] && more=--gallery
scripts/fetch-models.sh $more | { grep -v 'everything is in cache/ already' || true; }
