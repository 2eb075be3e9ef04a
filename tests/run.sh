#!/usr/bin/env bash
# Installs what the tests need and runs them. Without options: what CI runs.
#   --all      everything: also the fuzzers for 60 s each and the long kill -9 runs
#   --quick    release build and unit tests only
# Ends with "N passed, N failed" and exit status 0 only if all passed.
set -uo pipefail
cd "$(dirname "$0")/.."

all=no quick=no
for option in "$@"; do
  case $option in
    --all) all=yes ;;
    --quick) quick=yes ;;
    *) sed -n '2,5s/^# //p' "$0"; exit 2 ;;
  esac
done

logs=build/test-logs
mkdir -p "$logs"
passed=0 failed=0
started=$(date +%s)

# step NAME COMMAND...: runs it with its output in a log; shows the end of the log when it fails.
step() {
  local name=$1 begun code
  shift
  begun=$(date +%s)
  printf '%s ...' "$name"
  "$@" >"$logs/${name// /-}.log" 2>&1
  code=$?
  if [ $code -eq 0 ]; then
    passed=$((passed + 1))
    printf ' ok (%d s)\n' $(($(date +%s) - begun))
  else
    failed=$((failed + 1))
    printf ' FAILED (%d s)\n' $(($(date +%s) - begun))
    {
      # What failed may stand far above the end: one program's log follows the other's.
      grep -nE -A12 '\[  FAILED  \]|: Failure$|ERROR: AddressSanitizer|runtime error:|WARNING: ThreadSanitizer|not ok ' \
        "$logs/${name// /-}.log" | grep -vE '\[(info|warning)\]' | head -120
      echo '... and its end:'
      tail -40 "$logs/${name// /-}.log"
    } | sed 's/^/    /'
  fi
  return $code
}

finish() {
  printf 'in %d s\n%d passed, %d failed\n' $(($(date +%s) - started)) $passed $failed
  [ $failed -eq 0 ]
  exit
}

# build PRESET [TARGETS] [CMAKE OPTION]
build() {
  cmake --preset "$1" ${3:+$3} && ninja -C "build/$1" ${2:-}
}

step 'packages' tools/install_packages.sh build run test || finish
step 'layers' python3 tools/check_layout.py
step 'build release' build release || finish

# The unit tests' database: an own PostgreSQL, thrown away afterwards.
database=$(mktemp -d /tmp/staffroom-tests.XXXXXX)
stop_database() { tests/support/postgres.sh stop "$database"; rm -rf "$database"; }
trap stop_database EXIT
step 'start PostgreSQL' tests/support/postgres.sh start "$database" || finish

# A database for each program: some tests commit, and nobody else's rows may be counted.
unit() { # PRESET PATTERN
  local program name code=0
  for program in build/"$1"/tests/test_$2; do
    name="$1_$(basename "$program")"
    echo "== $program"
    psql -h "$database" -U staffroom -d postgres -qc "CREATE DATABASE $name" || return 1
    TEST_DATABASE_URL="host=$database user=staffroom dbname=$name" \
      timeout 900 "$program" --gtest_brief=1 || code=1
  done
  return $code
}
step 'unit tests, release' unit release '*'
if [ $quick = yes ]; then finish; fi

step 'build with ASan and UBSan' build debug '' -DSTAFFROOM_BENCH=OFF &&
  step 'unit tests, ASan and UBSan' unit debug '*'

threaded='jobs outbox http'
step 'build with TSan' build tsan "$(printf 'test_%s ' $threaded)" -DSTAFFROOM_BENCH=OFF && {
  for folder in $threaded; do step "unit tests, TSan, $folder" unit tsan "$folder"; done
}

step 'clang-tidy on what changed' tools/tidy.sh

# Two at a time: each has servers, ports and a database of its own, and waits most of the time.
# What each said, and how it ended, is told in order when all are through.
end_to_end() {
  printf '%s\0' tests/end_to_end/*.test.mjs |
    TEST_ALL=$all LOGS=$logs xargs -0 -P 2 -n 1 bash -c '
      name=$(basename "$0" .test.mjs) begun=$(date +%s)
      timeout 1500 tests/end_to_end/node_modules/.bin/node --test "$0" >"$LOGS/$name.script" 2>&1
      echo $? $(($(date +%s) - begun)) >"$LOGS/$name.ended"'
}

# told NAME: what a script said, and its exit status.
told() {
  local code seconds
  cat "$logs/$1.script"
  read -r code seconds <"$logs/$1.ended" || return 1
  echo "it took $seconds s"
  return "$code"
}

if [ -f tests/end_to_end/package.json ]; then
  step 'install test packages' npm --prefix tests/end_to_end ci --no-audit --no-fund && {
    rm -f "$logs"/*.script "$logs"/*.ended
    end_to_end
    for script in tests/end_to_end/*.test.mjs; do
      name=$(basename "$script" .test.mjs)
      step "end to end, $name" told "$name"
    done
  }
fi

if [ $all = yes ]; then
  step 'build fuzzers' build fuzz fuzzers && {
    for program in build/fuzz/tests/fuzz_*; do
      [ -x "$program" ] && step "$(basename "$program") for 60 s" tests/fuzz/run.sh "$program" 60
      [ -x "$program" ] && step "$(basename "$program") finds its planted bug" tests/fuzz/planted.sh "$program" 60
    done
  }
fi
finish
