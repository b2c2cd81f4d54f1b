#!/bin/sh
# Installs every service from Debian's packages, and gives each program the name and the paths that it has
# in the upstream image. The one argument is Debian's suite for the Prometheus components: stable, or a newer one.
set -eu
suite=$1

components="prometheus promtool prometheus-node-exporter prometheus-mysqld-exporter
  prometheus-apache-exporter prometheus-nginx-exporter prometheus-blackbox-exporter prometheus-alertmanager
  prometheus-pushgateway victoria-metrics"
# The SNMP exporter of a newer suite would bring that suite's C library and Perl with it: it is this release's.
services="mariadb-server memcached nginx-light apache2 haproxy prometheus-snmp-exporter"

if [ "$suite" != stable ]; then
  sh /tmp/add-suite.sh "$suite"
  components=$(for name in $components; do echo "$name/$suite"; done)
fi

apt-get update
# shellcheck disable=SC2086 # both are lists of words
apt-get install --yes $services $components
apt-get clean
rm -rf /var/lib/apt/lists/*
# VictoriaMetrics comes with eight tools of 20 to 60 MB each; its server is what runs here.
rm -f /usr/bin/vm[abcr]*

# Where the upstream images have their programs and files. (/bin is /usr/bin.)
ln -s prometheus-node-exporter /usr/bin/node_exporter
ln -s prometheus-mysqld-exporter /usr/bin/mysqld_exporter
ln -s prometheus-apache-exporter /usr/bin/apache_exporter
ln -s prometheus-nginx-exporter /usr/bin/nginx-prometheus-exporter
ln -s prometheus-blackbox-exporter /usr/bin/blackbox_exporter
ln -s prometheus-snmp-exporter /usr/bin/snmp_exporter
ln -s prometheus-alertmanager /usr/bin/alertmanager
ln -s prometheus-pushgateway /usr/bin/pushgateway
ln -s usr/bin/victoria-metrics /victoria-metrics-prod
install -d -o nobody -g nogroup /etc/alertmanager /alertmanager
install -d /etc/blackbox_exporter /etc/snmp_exporter
ln -s ../prometheus/blackbox.yml /etc/blackbox_exporter/config.yml
ln -s ../prometheus/snmp.yml /etc/snmp_exporter/snmp.yml

install -d /usr/local/apache2/conf /usr/local/apache2/logs /usr/local/apache2/htdocs
ln -s /usr/lib/apache2/modules /usr/local/apache2/modules
ln -s /etc/mime.types /usr/local/apache2/conf/mime.types
ln -s /usr/sbin/apache2 /usr/local/bin/httpd
printf '#!/bin/sh\nexec httpd -d /usr/local/apache2 -f conf/httpd.conf -DFOREGROUND "$@"\n' \
  > /usr/local/bin/httpd-foreground
chmod +x /usr/local/bin/httpd-foreground
echo "<html><body><h1>It works!</h1></body></html>" > /usr/local/apache2/htdocs/index.html

ln -sf /dev/stdout /var/log/nginx/access.log
rm -f /etc/nginx/sites-enabled/default

install -d /usr/local/etc/haproxy

# A small redo log, so that a container's first start copies little.
cat > /etc/mysql/mariadb.conf.d/60-workshop.cnf <<'CNF'
[mariadbd]
bind-address = 0.0.0.0
skip-name-resolve
innodb_log_file_size = 8M
innodb_buffer_pool_size = 32M
CNF
# No other image has the directory: Podman fills a disk that is mounted there with what the image has.
rm -rf /var/lib/mysql
install -d -o mysql -g mysql /run/mysqld
install -d /docker-entrypoint-initdb.d
