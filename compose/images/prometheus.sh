#!/bin/sh
# Debian builds Prometheus without Consul since its release 12. A configuration that asks for Consul gets the
# last Prometheus of Debian that has it (2.24); every other one gets this release's. `promtool` is chosen alike.
program=${0##*/}
config=/etc/prometheus/prometheus.yml
for word in "$@"; do
  case $word in
    --config.file=*) config=${word#*=} ;;
    *.yml | *.yaml) [ "$program" = promtool ] && config=$word ;;
  esac
done
if grep -qs '^[^#]*consul_sd_configs:' "$config"; then
  # Both read their pages from the same folder.
  if [ "$program" = prometheus ]; then cp -r /opt/prometheus-consul/web /usr/share/prometheus/; fi
  exec "/opt/prometheus-consul/$program" "$@"
fi
exec "/usr/bin/$program" "$@"
