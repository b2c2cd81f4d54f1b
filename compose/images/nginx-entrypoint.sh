#!/bin/sh
# As in the upstream image: what is in /docker-entrypoint.d runs before nginx does. (Its own scripts, which fill in
# templates for one, are left out.)
set -eu
if [ "${1:-}" = nginx ] || [ "${1:-}" = nginx-debug ]; then
  for script in /docker-entrypoint.d/*.sh; do
    if [ -x "$script" ]; then "$script"; fi
  done
fi
exec "$@"
