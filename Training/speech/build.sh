#!/usr/bin/env bash
# From the recordings to Models/speech.bin, in the stages in which the shipped weights were made: about ten minutes on a
# graphics card (NVIDIA H200), more than a day without one; what is finished is not made again.
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
# train FILE... -- OPTION...: networks get their names when their training is complete.
train() {
  local files=() file
  while [ "$1" != -- ]; do files+=("$1") && shift; done
  shift
  [ ! -e "${files[-1]}" ] || return 0
  echo "== train ${files[*]} $*"
  run train --data "$work/material" --out "${files[@]/%/.unfinished}" "$@"
  for file in "${files[@]}"; do mv "$file.unfinished" "$file"; done
}

once "$work/flite/rms-199.phones.tsv" run synthesise --data "$speech" --out "$work/flite" --sentences 200
once "$work/material/sounds.json" run prepare --data "$speech" --flite "$work/flite" --out "$work/material" \
  --jobs "$(nproc)"

# Two teachers for every quarter of the speakers, which they do not hear.
teachers=("$work"/teacher{0..7}.pt)
train "${teachers[@]}" -- --kind teacher --without 0 1 2 3 0 1 2 3 --channels 192 --layers 3 --dropout 0.3 --rate 2e-3 \
  --batch 160 --steps 1701 --judge 1
once "$work/material/train.answers.npy" run teach --data "$work/material" "${teachers[@]}"

# Three networks on the same batches; the second was the best on the whole, the others say how far chance goes.
networks=("$work"/network{0..2}.pt)
train "${networks[@]}" -- --channels 192 192 128 --dropout 0.15 0.2 0.15 --trust 0.7 --steps 14318 --judge 2

# The last stages, for a processor: voices that the network takes for instruments.
once "$work/last/made.json" run prepare --data "$speech" --out "$work/last" --simple --sounds 720 --jobs "$(nproc)"
once "$work/first.pt" run settle --data "$work/last" --start "${networks[1]}" --out "$work/first.pt" --last
once "$work/settled.pt" run settle --data "$work/last" --start "$work/first.pt" --answers "${networks[1]}" \
  --out "$work/settled.pt" --steps 240 --rate 3e-4 --keep 10 --average 0.985 --seed 2
run evaluate --data "$work/material" --long "${networks[@]}" "$work/settled.pt"
run export "$work/settled.pt" "$out" --parity "$work/Expected.swift"
echo "Weights: $out. Numbers for Tests/SpeechTests/Expected.swift: $work/Expected.swift"
