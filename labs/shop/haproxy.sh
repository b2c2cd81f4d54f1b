#!/bin/sh
# Starts HAProxy with the name server that this container was given, the first alone: nginx.sh says why.
set -eu
server=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }' /etc/resolv.conf)
export NAME_SERVER="$server:53"
exec haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg
