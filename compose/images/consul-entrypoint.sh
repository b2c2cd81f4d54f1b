#!/bin/sh
# As in the upstream image: `agent …` runs Consul with its directories, anything else is a command of its own.
# The container begins as root, and Consul runs as its own user.
set -eu
as_consul() {
  if [ "$(id -u)" = 0 ]; then
    chown consul:consul /consul/data
    exec setpriv --reuid=consul --regid=consul --clear-groups consul "$@"
  fi
  exec consul "$@"
}
case "${1:-}" in
  agent) shift; as_consul agent -data-dir=/consul/data -config-dir=/consul/config "$@" ;;
  consul) shift; as_consul "$@" ;;
  -* | members | info | version | validate | services | kv | maint | leave | reload) as_consul "$@" ;;
  *) exec "$@" ;;
esac
