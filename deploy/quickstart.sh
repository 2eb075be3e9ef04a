#!/usr/bin/env bash
# Sets up and starts a Staffroom instance on Debian 12, as root or not. Run again: goes on where it was.
#
#   deploy/quickstart.sh                 one instance at http://localhost:8080, data in ./data
#   deploy/quickstart.sh --demo          two districts, maple and cedar, that already know each other
#   deploy/quickstart.sh --domain school.example [--handle-domain example.org]
#                                        the real thing: system user, systemd unit, Caddy with a certificate
# More:
#   --data-dir DIR    where the data live (default ./data; with --domain /var/lib/staffroom)
#   --port N          another port than 8080
#   --owner NAME      user name of the first account (default principal)
#   --program FILE    use this staffroom instead of building one
#   --foreground      stay, with the server's log on the screen (for containers)
#   --stop            stop what was started here (with --demo: both districts)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

mode=single owner=principal program='' data_dir='' port=8080 domain='' handle_domain='' foreground=no stop=no
usage() { sed -n '2,15s/^# \{0,1\}//p' "$0"; exit "$1"; }
need() { [ $# -ge 2 ] && [ -n "$2" ] || { echo "$1 wants a value" >&2; exit 2; }; }
while [ $# -gt 0 ]; do
  case $1 in
    --demo) mode=demo ;;
    --domain) need "$@"; mode=domain domain=$2; shift ;;
    --handle-domain) need "$@"; handle_domain=$2; shift ;;
    --data-dir) need "$@"; data_dir=$2; shift ;;
    --port) need "$@"; port=$2; shift ;;
    --owner) need "$@"; owner=$2; shift ;;
    --program) need "$@"; program=$(realpath "$2"); shift ;;
    --foreground) foreground=yes ;;
    --stop) stop=yes ;;
    -h | --help) usage 0 ;;
    *) echo "There is no option $1." >&2; usage 2 ;;
  esac
  shift
done

say() { printf '\n== %s\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }

staffroom=${program:-$root/build/release/staffroom}

build() {
  say 'Packages'
  if [ -n "$program" ]; then
    tools/install_packages.sh run
    return
  fi
  tools/install_packages.sh build run
  say 'Building a release (a quarter of an hour the first time, on two cores)'
  # Tests are not needed here, and their packages are not installed.
  mkdir -p build
  [ -f build/release/build.ninja ] ||
    cmake --preset release -DSTAFFROOM_TESTS=OFF -DSTAFFROOM_BENCH=OFF >build/cmake.log 2>&1 ||
    { tail -20 build/cmake.log >&2; die 'cmake failed (above: the end of build/cmake.log).'; }
  local jobs
  # A compiler takes up to 1.2 GB; never more of them than cores.
  local cores available
  cores=$(nproc)
  available=$(($(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1200000))
  jobs=$((available < 1 ? 1 : available < cores ? available : cores))
  ninja -C build/release -j "$jobs" staffroom || die 'The build failed; the errors are above.'
}

# PostgreSQL runs as the user staffroom when we are root, and must be able to reach its folder.
usable_data_dir() {
  local wanted=$1 folder
  mkdir -p "$wanted"
  wanted=$(cd "$wanted" && pwd)
  if [ "$(id -u)" -eq 0 ]; then
    folder=$wanted
    while folder=$(dirname "$folder"); do
      if [ $((0$(stat -c %a "$folder") & 1)) -eq 0 ]; then
        echo "$folder is closed to other users, and PostgreSQL does not run as root: using /var/lib/staffroom-quickstart instead." >&2
        mkdir -p /var/lib/staffroom-quickstart
        echo /var/lib/staffroom-quickstart
        return
      fi
      [ "$folder" != / ] || break
    done
  fi
  echo "$wanted"
}

answers() { curl -fsS -o /dev/null --max-time 2 "$1/health/ready" 2>/dev/null; }

# Whether the process that we once started for this data directory lives. After a reboot its number
# may belong to another program.
runs_from() {
  local pid
  pid=$(cat "$1/staffroom.pid" 2>/dev/null) && [ -r "/proc/$pid/cmdline" ] &&
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -F -- "--data-dir $1 serve" >/dev/null
}

# start NAME DATA_DIR ORIGIN OPTION...: starts an instance in the background unless it runs, waits for it.
start() {
  local name=$1 data=$2 origin=$3 pid try
  shift 3
  if answers "$origin"; then
    runs_from "$data" ||
      die "Another server answers at $origin; it was not started from $data. Stop it, or choose another --port."
    echo "$name runs already at $origin"
    return
  fi
  mkdir -p "$data"
  setsid nohup "$staffroom" "$@" --data-dir "$data" serve >>"$data/staffroom.log" 2>&1 </dev/null &
  pid=$!
  echo $pid >"$data/staffroom.pid"
  for try in $(seq 1 360); do
    answers "$origin" && { echo "$name runs at $origin"; return; }
    kill -0 $pid 2>/dev/null || break
    sleep 0.5
  done
  tail -15 "$data/staffroom.log" >&2
  die "$name did not start; above is the end of $data/staffroom.log."
}

stop_instance() {
  local data=$1 pid
  if ! runs_from "$data"; then
    echo "nothing that was started here runs in $data"
    return
  fi
  pid=$(cat "$data/staffroom.pid")
  kill "$pid"
  for _ in $(seq 1 60); do [ -d "/proc/$pid" ] || break; sleep 0.5; done
  [ ! -d "/proc/$pid" ] || die "Process $pid does not end; its log is $data/staffroom.log."
  rm -f "$data/staffroom.pid"
  echo "stopped (data kept in $data)"
}

single() {
  local origin=http://localhost:$port data
  data=$(usable_data_dir "${data_dir:-$root/data}")
  if [ $stop = yes ]; then stop_instance "$data"; return; fi
  build
  say 'Starting'
  local options=(--set "server.origin=$origin" --set "server.listen=127.0.0.1:$port")
  if [ $foreground = yes ]; then
    "$staffroom" "${options[@]}" --data-dir "$data" account create "$owner" --role owner --if-missing
    exec "$staffroom" "${options[@]}" --data-dir "$data" serve
  fi
  start Staffroom "$data" "$origin" "${options[@]}"
  "$staffroom" "${options[@]}" --data-dir "$data" account create "$owner" --role owner --if-missing
  cat <<EOF

Sign in:     $origin/sign-in   (user name: $owner)
Connect an app: any Mastodon app that takes a plain http address, for example
             toot login --disable-https --instance ${origin#http://}
More people: $staffroom --data-dir $data ${options[*]@Q} account create NAME
Log:         $data/staffroom.log
Stop:        deploy/quickstart.sh --stop${data_dir:+ --data-dir $data_dir}
EOF
}

demo() {
  # Not local: the trap below uses it.
  base=$(usable_data_dir "${data_dir:-$root/data}/demo")
  if [ $stop = yes ]; then
    stop_instance "$base/maple"
    stop_instance "$base/cedar"
    return
  fi
  build
  say 'Starting two districts'
  # Loopback addresses of their own, so that they are two hosts; plain http is allowed between them
  # because both listen on loopback only.
  local maple=http://127.77.0.1:$((port + 1)) cedar=http://127.77.0.2:$((port + 2))
  local common=(--set 'testing.http_peers=127.77.0.0/16')
  local maple_options=("${common[@]}" --set "server.origin=$maple" --set "server.listen=${maple#http://}"
    --set 'instance.title=Maple District')
  local cedar_options=("${common[@]}" --set "server.origin=$cedar" --set "server.listen=${cedar#http://}"
    --set 'instance.title=Cedar District')
  start Maple "$base/maple" "$maple" "${maple_options[@]}"
  start Cedar "$base/cedar" "$cedar" "${cedar_options[@]}"
  say 'Peering and people'
  "$staffroom" "${maple_options[@]}" --data-dir "$base/maple" peer add "${cedar#http://}" --level member
  "$staffroom" "${cedar_options[@]}" --data-dir "$base/cedar" peer add "${maple#http://}" --level member
  python3 deploy/demo.py "$staffroom" \
    "$maple" "$base/maple" "${maple_options[@]}" -- "$cedar" "$base/cedar" "${cedar_options[@]}"
  echo
  if [ $foreground = yes ]; then
    echo "Ctrl-C or SIGTERM stops both."
    trap 'stop_instance "$base/maple"; stop_instance "$base/cedar"; exit 0' INT TERM
    while :; do sleep 3600 & wait $!; done
  fi
  echo "Stop both: deploy/quickstart.sh --demo --stop${data_dir:+ --data-dir $data_dir}"
}

case $mode in
  single) single ;;
  demo) demo ;;
  domain)
    [ "$(id -u)" -eq 0 ] || die 'Setting up a domain needs root: it makes a system user, a systemd unit and a Caddy site.'
    build
    deploy/install_domain.sh "$staffroom" "$domain" "${handle_domain:-$domain}" "${data_dir:-/var/lib/staffroom}" "$owner"
    ;;
esac
