#!/usr/bin/env bash
# install_domain.sh PROGRAM HOST HANDLE_HOST DATA_DIR OWNER: installs a built staffroom, and the
# staffroom-media beside it, as a service
# under its real name. quickstart.sh --domain calls it. Run again: installs the new program, keeps
# configuration and data. Root only.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -eq 5 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
program=$1 host=$2 handle_host=$3 data=$4 owner=$5
config=/etc/staffroom/staffroom.toml

say() { printf '\n== %s\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || die 'This needs root.'
for name in "$host" "$handle_host"; do
  [[ $name =~ ^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$ ]] ||
    die "\"$name\" is no host name such as social.school.example (lower case; IDN in its xn-- form)."
done
[[ $data =~ ^/[A-Za-z0-9/_.-]+$ ]] || die "The data directory must be an absolute path without blanks, not \"$data\"."

# Other servers know people by this name; it is never changed again.
if [ -f "$config" ] && ! grep -qxF "origin = \"https://$host\"" "$config"; then
  die "This machine already is $(sed -n 's/^origin = //p' "$config"), and a name is fixed for good.
To begin anew under another name: back up, remove $config and $(sed -n 's/^data_dir = //p' "$config")."
fi

has_systemd=no
[ -d /run/systemd/system ] && has_systemd=yes

say 'User, program, folders'
id staffroom >/dev/null 2>&1 ||
  useradd --system --no-create-home --home-dir "$data" --shell /usr/sbin/nologin staffroom
install -m 0755 "$program" /usr/local/bin/staffroom
install -m 0755 "$(dirname "$program")/staffroom-media" /usr/local/bin/staffroom-media
# What /source serves: the licence wants it (AGPL, section 13).
install -D -m 0644 "$(dirname "$program")/staffroom-source.tar.gz" /usr/local/share/staffroom/staffroom-source.tar.gz
install -d -m 0755 /usr/local/share/doc/staffroom
install -m 0644 README.md deploy/upgrade.md /usr/local/share/doc/staffroom/
install -d -o staffroom -g staffroom -m 0750 "$data"
install -d -o staffroom -g staffroom -m 0700 /var/backups/staffroom
cat >/usr/local/sbin/staffroom-admin <<ADMIN
#!/bin/sh
# staffroom's commands on this machine's instance, as the user that owns its data.
cd / && exec runuser -u staffroom -- /usr/local/bin/staffroom --config $config "\$@"
ADMIN
chmod 0755 /usr/local/sbin/staffroom-admin

say "Configuration: $config (the name https://$host is fixed for good from now on)"
install -d -m 0755 /etc/staffroom
if [ -f "$config" ]; then
  echo 'kept as it is'
else
  (
    umask 0137
    cat >"$config" <<TOML
# All options: staffroom config options. After a change: staffroom-admin config check,
# systemctl restart staffroom.
[server]
# Never change these two: other servers know the people of this one by them.
origin = "https://$host"
handle_host = "$handle_host"
# A second name for uploads keeps foreign files away from the name above (recommended):
# media_host = "media.$host"
listen = ["127.0.0.1:8080"]
metrics_listen = "127.0.0.1:9100"
# The proxy on this machine, whose X-Forwarded-For is believed.
trusted_proxies = ["127.0.0.1/32", "::1/128"]
data_dir = "$data"

[instance]
title = "Staffroom"
description = "A place for educators."
# contact_email = "office@$handle_host"
TOML
  )
  chgrp staffroom "$config"
fi
staffroom-admin config check

say 'Service'
unit=/etc/systemd/system/staffroom.service
install -d -m 0755 /etc/systemd/system
if [ "$data" = /var/lib/staffroom ]; then
  install -m 0644 deploy/staffroom.service "$unit"
else
  sed -e "s|^StateDirectory=.*|ReadWritePaths=$data|" -e '/^StateDirectoryMode=/d' \
    deploy/staffroom.service >"$unit"
fi
if [ $has_systemd = yes ]; then
  systemctl daemon-reload
  systemctl enable --quiet staffroom
  systemctl restart staffroom
  for _ in $(seq 1 120); do
    curl -fsS -o /dev/null --max-time 2 http://127.0.0.1:8080/health/ready 2>/dev/null && break
    sleep 0.5
  done
  curl -fsS -o /dev/null --max-time 2 http://127.0.0.1:8080/health/ready || {
    journalctl -u staffroom -n 20 --no-pager >&2 || true
    die 'The server did not start; above is the end of its log (journalctl -u staffroom).'
  }
  echo 'staffroom.service runs'
else
  echo "There is no systemd here (a container?): $unit is in place, but nothing starts it."
fi

say 'Owner'
staffroom-admin account create "$owner" --role owner --if-missing

say 'Caddy'
caddy_up=no
listener=$(ss -Hltnp '( sport = :80 or sport = :443 )' 2>/dev/null | grep -v caddy || true)
if [ -n "$listener" ]; then
  echo 'Another program has port 80 or 443, so Caddy is not set up:'
  echo "$listener"
  echo 'Let that proxy lead to 127.0.0.1:8080; deploy/nginx.conf.example shows how.'
else
  tools/install_packages.sh domain
  sed "s/^HOST /$host /" deploy/Caddyfile.example >/etc/caddy/staffroom.caddy
  grep -qxF 'import staffroom.caddy' /etc/caddy/Caddyfile ||
    printf '\nimport staffroom.caddy\n' >>/etc/caddy/Caddyfile
  caddy validate --config /etc/caddy/Caddyfile --adapter caddyfile >/dev/null 2>&1 ||
    die 'Caddy refuses its configuration: caddy validate --config /etc/caddy/Caddyfile'
  if [ $has_systemd = yes ]; then
    systemctl enable --quiet caddy
    systemctl reload-or-restart caddy
    caddy_up=yes
    echo "caddy serves $host and gets its certificate as soon as the name leads here"
  else
    echo "/etc/caddy/staffroom.caddy is in place, but nothing starts Caddy."
  fi
fi

if [ $has_systemd = yes ] && [ $caddy_up = yes ]; then
  say 'Doctor'
  staffroom-admin doctor || true
fi

say 'What remains for you'
cat <<EOT
DNS:      an A record (and AAAA, if this machine has IPv6) for $host that leads to this machine,
          with ports 80 and 443 open.
EOT
if [ "$handle_host" != "$host" ]; then
  cat <<EOT
Handles:  people are @name@$handle_host. Its web server must send these two on, with their query:
            https://$handle_host/.well-known/webfinger  ->  https://$host/.well-known/webfinger
            https://$handle_host/.well-known/host-meta  ->  https://$host/.well-known/host-meta
EOT
fi
if [ $has_systemd = no ]; then
  cat <<EOT
Start:    without systemd, by your container's own means:
            staffroom-admin serve
            caddy run --config /etc/caddy/Caddyfile
EOT
fi
cat <<EOT
Check:    staffroom-admin doctor         (again when DNS has changed)
Sign in:  https://$host/sign-in         (user name: $owner)
People:   staffroom-admin account create NAME
Peers:    staffroom-admin peer add HOST --level member
Backup:   staffroom-admin backup /var/backups/staffroom/\$(date +%F).tar
Upgrade:  /usr/local/share/doc/staffroom/upgrade.md
EOT
