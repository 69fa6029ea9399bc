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
  --quiet 0.08 --batch 128 --steps 4380 --judge 1 --graph
once "$work/material/train.answers.npy" run teach --data "$work/material" "${teachers[@]}"

# Three networks on the same batches; the third was the best, the others say how far chance goes.
networks=("$work"/network{0..2}.pt)
train "${networks[@]}" -- --channels 192 192 224 --dropout 0.15 0.2 0.15 --trust 0.7 --made 0.06 --strength 0.75 \
  --quiet 0.16 --average 0.9995 --batch 384 --steps 16050 --judge 4 --graph

# The last stages, for a processor: voices that the network takes for instruments. Each is several runs from the mean of the
# one before; what they learnt is taken together.
once "$work/last/made.json" run prepare --data "$speech" --out "$work/last" --simple --sounds 720 --jobs "$(nproc)"
# settle NAME START STEPS OPTION...
settle() {
  once "$work/$1-$3.pt" run settle --data "$work/last" --start "$2" --answers "${networks[2]}" --out "$work/$1.pt" \
    --steps "$3" --keep 8 --quiet 0.5 --sounds 6 "${@:4}"
}
settle f "${networks[2]}" 300 --rate 1e-3 --batch 10 --made 14 --seconds 6 --keep 6 --quiet 0.42 --judge 60 --seed 2
settle g "${networks[2]}" 300 --rate 1e-3 --batch 14 --made 12 --judge 60 --seed 1
settle h "${networks[2]}" 300 --rate 6e-4 --batch 18 --made 12 --judge 60 --seed 2
run mean "$work/one.pt" "$work"/f-{120,180}.pt "$work"/g-{120,180}.pt "$work/h-180.pt"
settle i "$work/one.pt" 200 --rate 7e-4 --batch 16 --made 14 --judge 40 --seed 11
settle j "$work/one.pt" 200 --rate 7e-4 --batch 16 --made 14 --judge 40 --seed 12
run mean "$work/two.pt" "$work"/{i,j}-{80,120,160,200}.pt
run mean "$work/three.pt" "$work/one.pt" "$work/two.pt"
settle k "$work/three.pt" 160 --rate 8e-4 --batch 10 --made 12 --seconds 8 --average 0.97 --judge 40 --seed 21
settle l "$work/three.pt" 160 --rate 8e-4 --batch 10 --made 12 --seconds 8 --average 0.97 --judge 40 --seed 22
run mean "$work/four.pt" "$work"/l-{40,80,120,160}.pt "$work/k-160.pt" "$work/i-120.pt"
run mean "$work/five.pt" "$work"/{g,h,i}-120.pt "$work"/{i,k,l}-40.pt
run mean "$work/settled.pt" "$work"/four.pt{,,,,,,} "$work/five.pt"      # seven eighths of four
run evaluate --data "$work/material" --long "${networks[@]}" "$work/settled.pt"
run export "$work/settled.pt" "$out" --parity "$work/Expected.swift"
echo "Weights: $out. Numbers for Tests/SpeechTests/Expected.swift: $work/Expected.swift"
