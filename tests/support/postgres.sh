#!/usr/bin/env bash
# postgres.sh start|stop FOLDER: a throwaway PostgreSQL for tests with its socket in FOLDER.
# As root it runs as the user staffroom, which is made when missing.
set -euo pipefail
action=$1 folder=$2
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as=()
if [ "$(id -u)" -eq 0 ]; then
  id staffroom >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin staffroom
  as=(setpriv --reuid staffroom --regid staffroom --clear-groups)
  chown staffroom: "$folder"
fi
cd /
if [ "$action" = stop ]; then
  "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  exit 0
fi
"${as[@]}" "$programs/initdb" -D "$folder/data" -U staffroom -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
# Lost on a crash, which is the point of a throwaway: no waiting for the disk.
"${as[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start \
  -o "-k $folder -c listen_addresses='' -c fsync=off -c max_connections=300" >/dev/null
"${as[@]}" "$programs/createdb" -h "$folder" -U staffroom staffroom
