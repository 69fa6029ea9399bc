#!/usr/bin/env bash
# From the recordings to Models/speech.bin, in the three stages in which the shipped weights were made. One CPU thread,
# about half an hour; what is finished is not made again.
#
#   Training/speech/build.sh SPEECH WORK [OUT]     OUT: Models/speech.bin by default
#
# SPEECH: recordings with their phones (see README.md). WORK: a folder for material and checkpoints. PYTHON: an
# interpreter with requirements.txt installed, python3 by default.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
speech=${1:?the folder of the recordings} work=${2:?a folder to work in} out=${3:-$here/../../Models/speech.bin}
python=${PYTHON:-python3}
export OMP_NUM_THREADS=1
command -v flite >/dev/null || { echo "build: flite is missing; install the Debian package" >&2; exit 1; }
mkdir -p "$work"

# once FILE COMMAND...: runs the command unless it has made FILE already.
once() { [ -e "$1" ] || { echo "== ${*:2}"; "${@:2}"; }; }
run() { "$python" "$here/$1.py" "${@:2}"; }

# The first stage knows no held vowels.
once "$work/plain/sounds.json" run prepare --data "$speech" --out "$work/plain" --held 0
once "$work/first/last.pt" run train --data "$work/plain" --out "$work/first" --steps 1800

once "$work/held/sounds.json" run prepare --data "$speech" --out "$work/held"
once "$work/held/train.answers.npy" run teach --data "$work/held" "$work/first/last.pt"
# Its learning rate is planned for 1300 steps; the best weights are those after 1000.
once "$work/second/1000.pt" run train --data "$work/held" --out "$work/second" --start "$work/first/last.pt" \
  --rate 2.5e-3 --steps 1300 --every 200 --batch 32 --strength 0.5 --trust 0.4 --smoothing 0.02

once "$work/third/last.pt" run train --data "$work/held" --out "$work/third" --start "$work/second/1000.pt" \
  --rate 1e-3 --steps 280 --every 70 --batch 24 --strength 0.45 --trust 0.4 --smoothing 0.02 --average 0.985

run evaluate --data "$work/held" --long "$work/third/last.pt"
run export "$work/third/last.pt" "$out" --parity "$work/Expected.swift"
echo "Weights: $out. Numbers for Tests/SpeechTests/Expected.swift: $work/Expected.swift"
