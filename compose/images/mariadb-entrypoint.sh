#!/bin/sh
# What the upstream mariadb image does at a container's first start, for the variables that it shares with it:
# MARIADB_ROOT_PASSWORD, MARIADB_RANDOM_ROOT_PASSWORD, MARIADB_DATABASE, MARIADB_USER, MARIADB_PASSWORD and
# the *.sql files of /docker-entrypoint-initdb.d. The statements run before the server answers anybody. Options alone
# are the server's, anything else is a command of its own.
set -eu

case "${1:-}" in
  -*) set -- mariadbd "$@" ;;
esac
case "$*" in
  mariadbd\ --version | mariadbd\ --help*) exec "$@" ;;
  mariadbd*) ;;
  *) exec "$@" ;;
esac
start_server() { exec "$@" --user=mysql --ssl-cert=server-cert.pem --ssl-key=server-key.pem; }

if [ -e /var/lib/mysql/.initialised ]; then
  start_server "$@"
fi

if [ -n "${MARIADB_RANDOM_ROOT_PASSWORD:-}" ]; then
  MARIADB_ROOT_PASSWORD=$(head -c 24 /dev/urandom | base64)
fi
if [ -z "${MARIADB_ROOT_PASSWORD:-}" ]; then
  echo "Set MARIADB_ROOT_PASSWORD or MARIADB_RANDOM_ROOT_PASSWORD: without either, anyone could log in as root." >&2
  exit 1
fi

say() { printf '%s\n' "$1"; }
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/[\\\\']/\\\\&/g")"; }

init=/var/lib/mysql/.init.sql
{
  say "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');"
  say "FLUSH PRIVILEGES;"
  say "ALTER USER root@localhost IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");"
  say "CREATE USER root@'%' IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");"
  say "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
  if [ -n "${MARIADB_DATABASE:-}" ]; then
    say "CREATE DATABASE \`$MARIADB_DATABASE\`;"
  fi
  if [ -n "${MARIADB_USER:-}" ]; then
    say "CREATE USER $(quoted "$MARIADB_USER")@'%' IDENTIFIED BY $(quoted "$MARIADB_PASSWORD");"
    if [ -n "${MARIADB_DATABASE:-}" ]; then
      say "GRANT ALL ON \`$MARIADB_DATABASE\`.* TO $(quoted "$MARIADB_USER")@'%';"
    fi
  fi
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ -e "$file" ] || continue
    if [ -n "${MARIADB_DATABASE:-}" ]; then
      say "USE \`$MARIADB_DATABASE\`;"
    fi
    cat "$file"
    echo
  done
} > "$init"

# Without a certificate the server makes one at every start, with an RSA key so long that it takes most of the start.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 -subj /CN=MariaDB \
  -keyout /var/lib/mysql/server-key.pem -out /var/lib/mysql/server-cert.pem 2> /dev/null
chown mysql: "$init" /var/lib/mysql/server-*.pem
touch /var/lib/mysql/.initialised
start_server "$@" --init-file="$init"
