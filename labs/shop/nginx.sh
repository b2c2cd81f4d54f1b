#!/bin/sh
# Starts nginx with the name server that this container was given (Docker and Podman use different ones).
set -eu
servers=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2 }' /etc/resolv.conf | tr '\n' ' ')
echo "resolver $servers valid=2s;" > /etc/nginx/resolver.conf
exec nginx -g 'daemon off;'
