#!/bin/sh
# What the upstream mariadb image does at a container's first start, for the variables that it shares with it:
# MARIADB_ROOT_PASSWORD, MARIADB_RANDOM_ROOT_PASSWORD, MARIADB_DATABASE, MARIADB_USER, MARIADB_PASSWORD and
# the *.sql files of /docker-entrypoint-initdb.d. The statements run before the server answers anybody.
set -eu

if [ "${1:-}" != mariadbd ]; then
  exec "$@"
fi
if [ -e /var/lib/mysql/.initialised ]; then
  exec "$@" --user=mysql
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
chown mysql: "$init"
touch /var/lib/mysql/.initialised
exec "$@" --user=mysql --init-file="$init"
