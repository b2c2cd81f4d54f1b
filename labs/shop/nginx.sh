#!/bin/sh
# Starts nginx with the name server that this container was given (Docker and Podman use different ones). The first
# is the engine's, which alone knows the lab's names; Podman lists the machine's own after it, which denies them.
set -eu
server=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }' /etc/resolv.conf)
echo "resolver $server valid=2s;" > /etc/nginx/resolver.conf
exec nginx -g 'daemon off;'
