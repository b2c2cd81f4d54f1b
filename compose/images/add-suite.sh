#!/bin/sh
# Adds another suite of Debian to the sources: this release's own lines, with the suite's name.
set -eu
suite=$1

. /etc/os-release
found=$(grep -rhE "^deb .* ${VERSION_CODENAME} " /etc/apt/sources.list /etc/apt/sources.list.d || true)
if [ -n "$found" ]; then
  printf '%s\n' "$found" | sed "s/ ${VERSION_CODENAME} / ${suite} /" > "/etc/apt/sources.list.d/${suite}.list"
else
  set -- /etc/apt/sources.list.d/*.sources
  sed "s/^Suites:.*/Suites: ${suite}/" "$1" > "/etc/apt/sources.list.d/${suite}.sources"
fi
printf 'APT::Default-Release "%s";\n' "$VERSION_CODENAME" > /etc/apt/apt.conf.d/98release
# A mirror may lag behind the date until which an index says that it is valid.
printf 'Acquire::Check-Valid-Until "false";\n' > /etc/apt/apt.conf.d/98valid
