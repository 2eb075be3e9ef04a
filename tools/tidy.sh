#!/usr/bin/env bash
# Runs clang-tidy on the C++ files that changed since BASE (default: what is not in origin's main,
# else the last commit), with the compile commands of the dev build.
set -euo pipefail
cd "$(dirname "$0")/.."
base=${1:-$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1 2>/dev/null || true)}
# A clone whose main is origin's main has no difference: take the last commit.
if [ -n "$base" ] && [ "$base" = "$(git rev-parse HEAD)" ]; then base=$(git rev-parse HEAD~1 2>/dev/null || true); fi
[ -n "$base" ] || { echo "nothing to compare with"; exit 0; }
mapfile -t files < <(git diff --name-only --diff-filter=d "$base" -- '*.cpp' | grep -vE '^(tests/fuzz|bench)/' || true)
[ ${#files[@]} -gt 0 ] || { echo "no C++ file changed since $base"; exit 0; }
echo "${#files[@]} files changed since $base"
# clang cannot read g++'s precompiled header, so a build folder without one.
cmake -S . -B build/tidy -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
  -DCMAKE_CXX_COMPILER_LAUNCHER= >/dev/null
sed -i 's/-fpch-preprocess//g' build/tidy/compile_commands.json
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P 2 clang-tidy-14 -p build/tidy --quiet --warnings-as-errors='*'
