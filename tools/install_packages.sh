#!/usr/bin/env bash
# install_packages.sh GROUP...: installs the Debian packages of these groups of tools/packages.txt
# that are missing. Says what it does; asks nothing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

wanted=()
for group in "$@"; do
  while read -r line; do wanted+=($line); done < <(sed -n "s/^$group: //p" "$here/packages.txt")
done
missing=()
for package in "${wanted[@]}"; do
  # A machine may have node and npm from elsewhere: the program counts, not the package.
  if [ "$package" = npm ] && command -v npm >/dev/null; then continue; fi
  # postgresql-15 is Debian 12's; any PostgreSQL will do.
  if [[ "$package" = postgresql-* ]] && compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then continue; fi
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "These Debian packages are missing, and installing them needs root: ${missing[*]}" >&2
    echo "Ask an administrator to run: apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Each instance runs its own PostgreSQL; the package's cluster would only take memory and a port.
if [[ " ${missing[*]} " = *" postgresql-"* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  "${as_root[@]}" mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold \
    install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
"${as_root[@]}" apt-get update >"$log" 2>&1 || { tail -5 "$log" >&2; echo "apt-get update failed" >&2; exit 1; }
install || { tail -20 "$log" >&2; echo "Installing packages failed (above: the end of apt-get's output)." >&2; exit 1; }
