#!/bin/sh
# As in the upstream image: `agent …` runs Consul with its directories, anything else is a command of its own.
set -eu
case "${1:-}" in
  agent) shift; exec consul agent -data-dir=/consul/data -config-dir=/consul/config "$@" ;;
  members | info | version | validate | services | kv | maint | leave | reload) exec consul "$@" ;;
  *) exec "$@" ;;
esac
