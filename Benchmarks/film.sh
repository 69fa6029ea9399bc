#!/usr/bin/env bash
# How fast films are made, in how much memory, and whether players take them.
#
#   Benchmarks/film.sh AVATAR.ftar SOUND [long MINUTES]
#
# For each kind of file: times real time on this machine's clock, processor time a picture (what an idle machine of as many
# cores would need), peak memory, megabytes a minute, what ffprobe says of the length and of where sound and pictures
# begin, and whether ffmpeg and GStreamer decode it without a word. The first line is the one that others are held against.
# `long` films the sound again and again for so many minutes and prints the memory every tenth of the way.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 2 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 64; }
program=${FLEXATAR:-.build/release/flexatar}
avatar=$1 sound=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cores=$(nproc)
seconds=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$sound")

if [ "${3:-}" = long ]; then
  minutes=${4:?how many minutes?}
  ffmpeg -v error -stream_loop -1 -i "$sound" -t "$((minutes * 60))" -ac 1 "$folder/long.wav"
  "$program" video "$avatar" "$folder/long.wav" -o "$folder/long.mp4" &
  film=$!
  begin=$(date +%s)
  while kill -0 $film 2>/dev/null; do
    parts=$(find "$folder/.long.mp4.part" -name 'pictures-*' 2>/dev/null | wc -l || true)
    rss=$(awk '/VmRSS/ {print $2}' /proc/$film/status 2>/dev/null || true)
    [ -z "$rss" ] || echo "$(($(date +%s) - begin)) s  $((parts * 8)) s filmed  $((rss / 1024)) MB"
    for _ in $(seq 60); do kill -0 $film 2>/dev/null && sleep 1; done
  done
  wait $film
  took=$(($(date +%s) - begin))
  echo "$minutes min in $took s: $((minutes * 600 / took)) tenths of real time; $(du -m "$folder/long.mp4" | cut -f1) MB"
  ffprobe -v error -show_entries stream=codec_type,start_time,duration -of compact "$folder/long.mp4"
  exit
fi

# row NAME OUTPUT OPTIONS…
row() {
  local name=$1 output=$folder/$2 facts video audio difference start probe decoder=()
  shift 2
  /usr/bin/time -o "$folder/time" -f '%e %U %S %M' "$program" video "$avatar" "$sound" -o "$output" --json "$@" >"$folder/json"
  read -r wall user system memory <"$folder/time"
  frames=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["frames"])' "$folder/json")
  if [ -d "$output" ]; then
    facts="$(find "$output" -name '*.png' | wc -l) pictures" accepted=-
    megabytes=$(du -m "$output" | cut -f1)
  else
    megabytes=$(du -m "$output" | cut -f1)
    starts=$(ffprobe -v error -show_entries stream=codec_type,start_time -of csv=p=0 "$output" 2>"$folder/probe")
    video=$(sed -n 's/^video,//p' <<<"$starts") audio=$(sed -n 's/^audio,//p' <<<"$starts")
    packets=$(ffprobe -v error -select_streams v -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "$output")
    facts=$(python3 -c "print(f'{round(1000 * ($audio - $video)):+} ms, {round($packets - 25 * $seconds, 2):+} pictures')")
    accepted=
    [ -s "$folder/probe" ] || accepted+="ffprobe "
    [ "${output##*.}" = webm ] && decoder=(-c:v libvpx-vp9)
    [ -n "$(ffmpeg -v error "${decoder[@]}" -i "$output" -f null - 2>&1)" ] || accepted+="ffmpeg "
    if command -v gst-launch-1.0 >/dev/null; then
      timeout 120 gst-launch-1.0 -q playbin3 uri="file://$output" video-sink=fakesink audio-sink=fakesink >"$folder/gst" 2>&1 &&
        ! grep -q ERROR "$folder/gst" && accepted+="gstreamer"
    fi
  fi
  python3 - <<PY
seconds, frames = $seconds, $frames
print(f"{'$name':22} {seconds / $wall:5.2f}x  {1000 * ($user + $system) / frames:6.1f} ms/picture ({seconds * $cores / ($user + $system):4.2f}x on $cores idle cores)"
      f"  {$memory / 1024:5.0f} MB  {$megabytes / seconds * 60:7.1f} MB/min  $facts  [$accepted]")
PY
}

row "mp4 512x512" a.mp4
row "webm 512x512" a.webm
row "mkv 512x512" a.mkv
row "mov 512x512" a.mov
row "webm, alpha" b.webm --background none
row "mov, ProRes 4444" b.mov --background none
row "PNG, alpha" pictures/ --background none
row "mp4 1280x720" c.mp4 --size 1280x720
