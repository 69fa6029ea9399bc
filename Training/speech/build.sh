#!/usr/bin/env bash
# From the recordings to Models/speech.bin, in the stages in which the shipped weights were made: about ten minutes on a
# graphics card (NVIDIA H100), more than a day without one; what is finished is not made again.
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
# train FILE OPTION...: a network gets its name when its training is complete.
train() {
  once "$1" run train --data "$work/material" --out "$1.unfinished" "${@:2}"
  [ -e "$1" ] || mv "$1.unfinished" "$1"
}

once "$work/flite/rms-199.phones.tsv" run synthesise --data "$speech" --out "$work/flite" --sentences 200
once "$work/material/sounds.json" run prepare --data "$speech" --flite "$work/flite" --out "$work/material" \
  --jobs "$(nproc)"

# Four teachers, none of which knows the speakers that it will be asked about; each is warmed up with large batches.
teachers=()
for fold in 0 1 2 3; do
  teacher=(--kind teacher --without "$fold" --channels 192 --layers 3 --dropout 0.3 --rate 2e-3 --judge 1)
  train "$work/warm$fold.pt" "${teacher[@]}" --steps 470 --batch 320 --seed $((fold + 1))
  train "$work/fold$fold.pt" "${teacher[@]}" --start "$work/warm$fold.pt" --steps 1090 --batch 160 --seed $((fold + 11))
  teachers+=("$work/fold$fold.pt")
done
once "$work/material/train.answers.npy" run teach --data "$work/material" "${teachers[@]}"

train "$work/network.pt" --channels 128 --trust 0.6 --steps 5585 --judge 2
run evaluate --data "$work/material" --long "$work/network.pt"
run export "$work/network.pt" "$out" --parity "$work/Expected.swift"
echo "Weights: $out. Numbers for Tests/SpeechTests/Expected.swift: $work/Expected.swift"
