#!/usr/bin/env bash
# Makes the gallery anew: pictures/, films/ and index.html, out of template.html. Where the template has a line {{NAME}}
# the function NAME below makes that group's pictures and prints their markup, so the page lists only what is there.
#
#   docs/gallery/build.sh
#
# Needs the program built (./run.sh) and what scripts/setup.sh --tests installs: ffmpeg (WebP, the mix film) and flite
# (voices). FLEXATAR names another program.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() { echo "gallery: $1" >&2; exit 1; }

program=${FLEXATAR:-.build/release/flexatar}
[ -x "$program" ] || fail "$program is missing; run ./run.sh first"
for tool in ffmpeg flite; do
  command -v "$tool" >/dev/null || fail "$tool is missing; run scripts/setup.sh --tests"
done
scripts/fetch-models.sh --gallery

home=docs/gallery
made=$(mktemp -d "$home/made.XXXXXX")
trap 'rm -rf "$made"' EXIT
mkdir "$made/pictures" "$made/films" "$made/work"

people="collins hopper"
declare -A called=([collins]="Eileen Collins" [hopper]="Grace Hopper")
declare -A photo=([collins]=cache/portrait.png [hopper]=cache/hopper.jpg)
avatar() { echo "$made/work/$1.ftar"; }
for person in $people; do
  # Eileen Collins's portrait is small, 43 pixels from eye to eye.
  "$program" create "${photo[$person]}" --min-eye-distance 40 -o "$(avatar "$person")"
done

# webp PICTURE NAME [FILTER]: pictures/NAME.webp
webp() {
  ffmpeg -nostdin -v error -y -i "$1" ${3:+-vf "$3"} -c:v libwebp -quality 80 -compression_level 6 \
    "$made/pictures/$2.webp"
}

# figure NAME WIDTH HEIGHT CAPTION ALT: the markup of a picture.
figure() {
  printf '<figure><img src="pictures/%s.webp" width="%s" height="%s" loading="lazy" alt="%s">' "$1" "$2" "$3" "$5"
  printf '<figcaption>%s</figcaption></figure>\n' "$4"
}

# name PERSON: a line of its own before a person's pictures.
name() { echo "<h3>${called[$1]}</h3>"; }

# portrait NAME PERSON CAPTION ALT OPTION...: a still of 320x320.
portrait() {
  "$program" still "$(avatar "$2")" --size 320x320 --framing portrait "${@:5}" -o "$made/work/still.png"
  webp "$made/work/still.png" "$1"
  figure "$1" 320 320 "$3" "${called[$2]}, $4"
}

# detail NAME PERSON WIDTH:HEIGHT:X:Y CAPTION ALT OPTION...: the same, a part of the face at twice the size.
detail() {
  local width height
  IFS=: read -r width height _ <<<"$3"
  "$program" still "$(avatar "$2")" --size 640x640 --framing close "${@:6}" -o "$made/work/still.png"
  webp "$made/work/still.png" "$1" "crop=$3"
  figure "$1" "$width" "$height" "$4" "${called[$2]}, $5"
}
MOUTH=320:240:160:290
EYES=400:160:120:160

# film NAME CAPTION ALT: the markup of films/NAME.mp4, with the picture of its second 1 to wait behind.
film() {
  ffmpeg -nostdin -v error -y -ss 1 -i "$made/films/$1.mp4" -frames:v 1 "$made/work/still.png"
  webp "$made/work/still.png" "film-$1"
  printf '<figure><video src="films/%s.mp4" poster="pictures/film-%s.webp" width="384" height="384"' "$1" "$1"
  printf ' controls muted loop playsinline preload="metadata" aria-label="%s"></video>' "$3"
  printf '<figcaption>%s</figcaption></figure>\n' "$2"
}

# speaks NAME PERSON SENTENCE PITCH OPTION...: films/NAME.mp4, the voice that many Hz high.
speaks() {
  flite -voice slt --setf "int_f0_target_mean=$4" -t "$3" -o "$made/work/$1.wav"
  "$program" video "$(avatar "$2")" "$made/work/$1.wav" --size 384x384 --framing portrait "${@:5}" \
    -o "$made/films/$1.mp4"
}

films() {
  speaks hello collins "I was one photo, a moment ago. Now I say whatever you like." 180
  film hello "“I was one photo, a moment ago. Now I say whatever you like.”" "Eileen Collins speaks"

  speaks papers hopper "People, papers, a bowl of milk, five very warm evenings." 150
  film papers "“People, papers, a bowl of milk, five very warm evenings.”" "Grace Hopper speaks"

  speaks joy collins "What a beautiful morning! Shall we go and fly somewhere?" 195 \
    --emotion joy=0.8 --head-motion lively
  film joy "Joy: “What a beautiful morning! Shall we go and fly somewhere?”" "Eileen Collins speaks, smiling"

  ffmpeg -nostdin -v error -y -f lavfi -i anullsrc=r=16000:cl=mono -t 6 "$made/work/silence.wav"
  "$program" video "$(avatar collins)" "$made/work/silence.wav" --size 384x384 --framing portrait \
    -o "$made/films/idle.mp4"
  film idle "Silence" "Eileen Collins says nothing: she blinks, looks about and breathes."

  "$program" video "$(avatar collins)" "$made/work/silence.wav" --second "$(avatar hopper)" --mix-swing 6 \
    --size 384x384 --framing portrait -o "$made/films/mix.mp4"
  film mix "Morph, 0 to 1 and back" "Eileen Collins becomes Grace Hopper and back."
}

neutral() {
  local person
  for person in $people; do
    name "$person"
    ffmpeg -nostdin -v error -y -i "${photo[$person]}" "$made/work/photo.png"
    webp "$made/work/photo.png" "$person-input" \
      "scale=320:320:force_original_aspect_ratio=increase:flags=area,crop=320:320:0:0"
    figure "$person-input" 320 320 "The photo" "${called[$person]}, the photo"
    portrait "$person-photo" "$person" "The photo’s expression" "the photo’s own expression" --expression photo
    portrait "$person-neutral" "$person" "Neutral" "the face at rest"
  done
}

visemes() {
  local person viseme
  for person in $people; do
    name "$person"
    for viseme in sil PP FF TH DD kk CH SS nn RR aa E ih oh ou; do
      detail "$person-viseme-$viseme" "$person" $MOUTH "$viseme" "the mouth of $viseme" --set "viseme_$viseme=1"
    done
  done
}

emotions() {
  local person emotion strength
  for person in $people; do
    name "$person"
    for emotion in joy anger sadness surprise disgust confusion; do
      for strength in 0.5 1; do
        portrait "$person-$emotion-$strength" "$person" "$emotion $strength" "$emotion at $strength" \
          --framing close --set "emotion_$emotion=$strength"
      done
    done
  done
}

turns() {
  local person turn
  for person in $people; do
    name "$person"
    for turn in yaw=-20 yaw=-10 yaw=10 yaw=20 pitch=-15 pitch=15 roll=-20 roll=20; do
      portrait "$person-${turn/=/}" "$person" "$(tr = " " <<<"${turn/-/−}")°" "turned, ${turn/=/ } degrees" "--${turn%=*}=${turn#*=}"
    done
  done
}

blinks() {
  local person
  for person in $people; do
    name "$person"
    detail "$person-blink-left" "$person" $EYES "her left" "her left eye shut" --set eyeBlinkLeft=1
    detail "$person-blink-right" "$person" $EYES "her right" "her right eye shut" --set eyeBlinkRight=1
    detail "$person-blink-both" "$person" $EYES "both" "both eyes shut" --set eyeBlinkLeft=1 --set eyeBlinkRight=1
    detail "$person-blink-half" "$person" $EYES "both, half" "both eyes half shut" \
      --set eyeBlinkLeft=0.5 --set eyeBlinkRight=0.5
  done
}

gazes() {
  local person name x y
  for person in $people; do
    name "$person"
    while read -r name x y; do
      detail "$person-gaze-$name" "$person" $EYES "$name" "looking $name" --set "gazeX=$x" --set "gazeY=$y"
    done <<'DIRECTIONS'
left -0.9 0
right 0.9 0
up 0 0.9
down 0 -0.9
up-left -0.65 0.65
up-right 0.65 0.65
down-left -0.65 -0.65
down-right 0.65 -0.65
DIRECTIONS
  done
}

# mixes KIND FIRST SECOND
mixes() {
  local mix
  echo "<h3>${called[$2]}, ${called[$3]}</h3>"
  for mix in 0 0.25 0.5 0.75 1; do
    portrait "$1-$2-$mix" "$2" "$mix" "$1 with ${called[$3]}, $mix" \
      --second "$(avatar "$3")" --mix-kind "$1" --mix "$mix"
  done
}
morphs() { mixes morph collins hopper; }
hybrids() { mixes hybrid collins hopper; mixes hybrid hopper collins; }

framings() {
  local person framing
  for person in $people; do
    name "$person"
    for framing in close portrait shoulders; do
      portrait "$person-$framing" "$person" "$framing" "framed $framing" --framing "$framing"
    done
    "$program" still "$(avatar "$person")" -o "$made/work/still.png"
    webp "$made/work/still.png" "$person-whole" "scale=-2:320:flags=area,pad=320:320:-1:-1:black@0,format=yuva420p"
    figure "$person-whole" 320 320 "photo" "${called[$person]}, the photo’s own frame"
  done
}

backgrounds() {
  local person
  for person in $people; do
    name "$person"
    portrait "$person-ground-photo" "$person" "the photo’s own" "before the photo’s own background" --yaw 8
    portrait "$person-ground-colour" "$person" "a colour" "before a colour" --yaw 8 --background '#2f5d50'
    portrait "$person-ground-none" "$person" "none" "cut out" --yaw 8 --background none
    portrait "$person-ground-picture" "$person" "a picture" "before a picture of a garden" --yaw 8 \
      --background web/studio/backgrounds/garden.jpg
  done
}

while IFS= read -r line; do
  if [[ $line =~ ^[[:space:]]*\{\{(.*)\}\}$ ]]; then
    echo "gallery: ${BASH_REMATCH[1]}" >&2
    ${BASH_REMATCH[1]}
  else
    printf '%s\n' "$line"
  fi
done <"$home/template.html" >"$made/index.html"

size=$(cat "$made/index.html" "$made"/pictures/* "$made"/films/* | wc -c)
[ "$size" -le 3000000 ] || fail "$size bytes are more than the 3 MB that the repository has room for"
rm -rf "$home/pictures" "$home/films"
mv "$made/pictures" "$made/films" "$made/index.html" "$home"
echo "gallery: $home/index.html, $((size / 1000)) kB with pictures and films"
