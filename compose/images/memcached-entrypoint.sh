#!/bin/sh
# As in the upstream image: options alone are memcached's, anything else is a command of its own.
set -eu
case "${1:-}" in
  -*) set -- memcached "$@" ;;
esac
exec "$@"
