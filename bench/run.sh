#!/usr/bin/env bash
# Measures a release build on this machine and prints the table of docs/performance.md.
#
#   bench/run.sh              builds, starts an instance of its own, runs everything, stops it
#   POSTS=12000 STORED=20000  how many Creates are sent, how many posts the home timeline holds
#   PROGRAMS=DIR              takes staffroom and staffroom-bench from there and builds nothing
#
# Only 127.77.0.0/16 is spoken to. People's tokens, peers and followers are made by SQL: what is
# measured is the work behind them.
set -euo pipefail
cd "$(dirname "$0")/.."

programs=${PROGRAMS:-build/release}
if [ -z "${PROGRAMS:-}" ]; then
  cmake --preset release >/dev/null
  nice cmake --build build/release -j2 --target staffroom staffroom-bench
fi
programs=$(realpath "$programs")

keys=${XDG_CACHE_HOME:-$HOME/.cache}/staffroom-bench-keys.pem
mkdir -p "$(dirname "$keys")"
umask 077
data=$(mktemp -d /tmp/staffroom-bench-XXXXXX)
server=
stop() {
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$data"
}
trap stop EXIT

# One certificate for the names that the peers have when they are spoken to over TLS.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench \
  -addext 'subjectAltName=DNS:*.bench.example' \
  -keyout "$data/peers.key" -out "$data/peers.pem" 2>/dev/null
{
  echo '[testing]'
  echo "ca_file = \"$data/peers.pem\""
  echo '[testing.hosts]'
  for i in $(seq 500); do
    echo "\"h$i.bench.example\" = \"https://127.77.$((1 + (i - 1) / 250)).$((1 + (i - 1) % 250)):7743\""
  done
} >"$data/bench.toml"

host=127.77.0.1:8090
settings=(
  --config "$data/bench.toml"
  --set "server.origin=http://$host" --set testing.http_peers=127.77.0.0/16
  --set limits.requests_per_5_minutes=0 --set limits.inbox_requests_per_second=0
  --set log.level=warn --data-dir "$data"
)
"$programs/staffroom" "${settings[@]}" --set "server.listen=$host" serve &
server=$!
for _ in $(seq 600); do
  curl -fso /dev/null "http://$host/health/ready" && break
  kill -0 "$server"
  sleep 0.1
done
for name in maria nadia omar petra quentin rosa; do
  "$programs/staffroom" "${settings[@]}" --set "server.listen=$host" account create "$name" >/dev/null
done

socket=$(sed -n 5p "$data/postgres/postmaster.pid")
database="host=$socket user=staffroom dbname=staffroom"
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores, $(uname -r)"
timeout 280 "$programs/staffroom-bench" \
  --host "$host" --second-host 127.77.0.2:8090 --database "$database" --process "$server" \
  --certificate "$data/peers.pem" --certificate-key "$data/peers.key" \
  --keys "$keys" --posts "${POSTS:-12000}" --stored "${STORED:-20000}" \
  -- "$programs/staffroom" "${settings[@]}" --set server.listen=127.77.0.2:8090 \
  --set "database.url=$database" serve
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
