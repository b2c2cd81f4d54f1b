#!/bin/sh
# As in the upstream image: options alone are HAProxy's, which runs as master and worker in the foreground;
# anything else is a command of its own.
set -eu
case "${1:-}" in
  -*) set -- haproxy "$@" ;;
esac
if [ "${1:-}" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
