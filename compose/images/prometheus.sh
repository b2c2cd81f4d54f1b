#!/bin/sh
# Debian builds Prometheus without Consul since its release 12. A configuration that asks for Consul gets the
# last Prometheus of Debian that has it (2.24); every other one gets the suite's. `promtool` is chosen alike.
program=${0##*/}
config=/etc/prometheus/prometheus.yml
for word in "$@"; do
  case $word in
    --config.file=*) config=${word#*=} ;;
    *.yml | *.yaml) [ "$program" = promtool ] && config=$word ;;
  esac
done
if ! grep -qs '^[^#]*consul_sd_configs:' "$config"; then exec "/usr/bin/$program" "$@"; fi

# All of them read their pages from the same folder.
if [ "$program" = prometheus ]; then cp -r /opt/prometheus-consul/web /usr/share/prometheus/; fi
for word in "$@"; do
  shift
  case $word in
    --scrape.discovery-reload-interval=*) ;; # 2.24 does not know it
    *) set -- "$@" "$word" ;;
  esac
done
exec "/opt/prometheus-consul/$program" "$@"
