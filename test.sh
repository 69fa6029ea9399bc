#!/usr/bin/env bash
# Builds everything and tests it: Swift's tests, the command line's, the SDK's arithmetic in node and the page in
# Chromium. Logs and screenshots lie in artefacts/.
#
#   ./test.sh [swift|command|node|web]...      only these
#
# Environment: FLEXATAR_PACKAGES=skip installs no packages; FLEXATAR_SHARED=FOLDER is where photos and voices for the
# larger tests lie (default ../shared; without it those tests are skipped); FLEXATAR_STRICT=1, on an idle machine, holds what
# measures time against the product's bars instead of budgets with room.
set -uo pipefail
cd "$(dirname "$0")"
. scripts/steps.sh

parts=${*:-swift command node web}
wants() { [[ " $parts " == *" $1 "* ]]; }
for part in $parts; do
  case $part in
    swift | command | node | web) ;;
    *) fail "there are no '$part' tests; the parts are swift, command, node and web" ;;
  esac
done

export FLEXATAR_SHARED=${FLEXATAR_SHARED:-$(cd .. && pwd)/shared}
[ -d "$FLEXATAR_SHARED" ] || echo "Skipping the tests on shared photos and voices: $FLEXATAR_SHARED is not there."

scripts/setup.sh --tests || exit 1

venv() {
  local list=cache/venv/requirements.txt
  mkdir -p cache/venv
  find Tests -name requirements.txt -exec cat {} + | sort -u >"$list.new"
  cmp -s "$list.new" "$list" && return
  python3 -m venv cache/venv && patiently cache/venv/bin/pip install --disable-pip-version-check --no-compile -r "$list.new" &&
    mv "$list.new" "$list"
}
# livekit-agents and the other tests want different versions of the same packages.
livekit_venv() {
  cmp -s Tests/CommandTests/livekit.txt cache/livekit/livekit.txt && return
  python3 -m venv cache/livekit &&
    patiently cache/livekit/bin/pip install --disable-pip-version-check --no-compile -r Tests/CommandTests/livekit.txt &&
    cp Tests/CommandTests/livekit.txt cache/livekit/
}
start_postgres() { scripts/postgres.sh start "$postgres"; }
step format "Checking the format" swift format lint --strict --recursive Sources Tests Package.swift
step venv "Python for the tests" venv
wants command && step livekit "LiveKit's agents for their example's test" livekit_venv
export FLEXATAR_PYTHON=$PWD/cache/venv/bin/python

if wants swift; then
  step build "Building the program and its tests (minutes the first time)" swift build -c release --build-tests
fi
step build-program "Building flexatar" swift build -c release --product flexatar
FLEXATAR=$(swift build -c release --show-bin-path 2>/dev/null)/flexatar
export FLEXATAR
step build-wasm "Building the engine for the browser" scripts/build-wasm.sh
wants swift && step build-vision "Building the vision module for the browser" Benchmarks/vision-wasm.sh
step default-avatar "Making the default avatar" default_avatar "$FLEXATAR"
step compress "Compressing what the page downloads" compress

if wants swift || wants command; then
  # The service's tests run on both of its databases.
  postgres=$(mktemp -d /tmp/flexatar-postgres-XXXXXX)
  trap 'scripts/postgres.sh stop "$postgres"' EXIT
  step postgres "Starting PostgreSQL" start_postgres
  FLEXATAR_TEST_POSTGRES=$(tail -n 1 artefacts/postgres.log)
  export FLEXATAR_TEST_POSTGRES
fi

passed=0
failed=0
left_out=0
summary=()
failures=()

# report NAME LOG PASSED FAILED CODE SKIPPED: one line of the summary. A run that broke off counts as a failure.
report() {
  local fails=$4
  [ "$5" = 0 ] || [ "$fails" -gt 0 ] || fails=1
  passed=$((passed + $3))
  failed=$((failed + fails))
  left_out=$((left_out + ${6:-0}))
  summary+=("$(printf '%-8s %4d passed %4d failed %4d skipped   %s' "$1" "$3" "$fails" "${6:-0}" "$2")")
}

if wants swift; then
  echo "Testing in Swift …"
  log=artefacts/swift-tests.log
  swift test -c release --skip-build --xunit-output artefacts/swift-tests.xml >"$log" 2>&1
  code=$?
  # "✔ Test …" and "✘ Test …" stand for whole tests; lines about suites, cases and the run are others.
  ran=$(grep -cE '^✔ Test (\S+\(|").* passed after' "$log")
  broken=$(grep -cE '^✘ Test (\S+\(|").* failed after' "$log")
  [ "$code" = 0 ] || failures+=("$(grep -E '^✘ Test |[Ff]atal error|error:' "$log" | head -n 40 | cut -c1-300)")
  # Nothing vanishes: what was skipped is named with its reason, and counted below.
  skipped=$(grep -cE '^➜ (Test|Suite) .* skipped' "$log")
  sed -nE 's/^➜ ((Test|Suite) .*) skipped:? ?"?([^"]*)"?$/SKIPPED \1: \3/p' "$log" | cut -c1-200
  report swift "$log" "$ran" "$broken" "$code" "$skipped"
fi

# python_tests NAME FOLDER [OPTION]...: pytest on one folder.
python_tests() {
  local log=artefacts/$1-tests.log xml=artefacts/$1-tests.xml code counts
  echo "Testing: $1 …"
  rm -f "$xml"
  cache/venv/bin/python -m pytest "${@:2}" -q -rsRfE --color=no -p no:cacheprovider --junit-xml="$xml" >"$log" 2>&1
  code=$?
  counts=$(python3 - "$xml" <<'PY' || echo "0 1 0"
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot()
suite = suite.find("testsuite") if suite.tag == "testsuites" else suite
bad = int(suite.get("failures")) + int(suite.get("errors"))
print(int(suite.get("tests")) - bad - int(suite.get("skipped")), bad, suite.get("skipped"))
PY
  )
  grep -E '^(SKIPPED|RERUN|FAILED|ERROR) ' "$log" | cut -c1-200
  [ "$code" = 0 ] || failures+=("$(sed -n '/^=* \(FAILURES\|ERRORS\) =*$/,$p' "$log" | grep -vE '^(SKIPPED|RERUN) ' | tail -n 60 | cut -c1-200)")
  # shellcheck disable=SC2086
  set -- "$1" $counts
  report "$1" "$log" "$2" "$3" "$code" "$4"
}

# node_tests: node's own runner on the SDK's arithmetic.
node_tests() {
  local log=artefacts/node-tests.log code
  echo "Testing: node …"
  node --test --test-reporter=tap Tests/Web/*.test.mjs >"$log" 2>&1
  code=$?
  [ "$code" = 0 ] || failures+=("$(grep -A 20 -E '^ *not ok' "$log" | head -n 60)")
  report node "$log" "$(grep -oP '^# pass \K\d+' "$log" || echo 0)" "$(grep -oP '^# fail \K\d+' "$log" || echo 1)" "$code"
}

# Two files at a time, but what measures time has the machine to itself.
pair=(-n 2 --dist loadfile)
wants command && python_tests command Tests/CommandTests "${pair[@]}"
wants node && node_tests
if wants web; then
  python_tests web Tests/Web -m "not alone" "${pair[@]}"
  # Other programs on the machine get in the way of what measures time; what fails for them fails three times hardly ever.
  python_tests timing Tests/Web -m alone
fi

echo
# What failed comes last, with its reasons: where only the end of the output is kept, they are in it.
[ ${#failures[@]} = 0 ] || printf '%s\n\n' "${failures[@]}"
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed, $left_out skipped"
[ "$failed" = 0 ]
