# Ruby: gem install prometheus-client rackup puma; rackup --host 0.0.0.0 --port 8000 counter.ru
# Source: https://github.com/prometheus/client_ruby

require "prometheus/client"
require "prometheus/middleware/exporter"

parcels = Prometheus::Client.registry.counter(
  :parcels_packed_total,
  docstring: "Parcels packed so far.",
  labels: [:bench]
)

parcels.increment(labels: { bench: "1" })
parcels.increment(by: 2, labels: { bench: "2" })
use Prometheus::Middleware::Exporter
run ->(_request) { [404, { "content-type" => "text/plain" }, ["Metrics are at /metrics\n"]] }
