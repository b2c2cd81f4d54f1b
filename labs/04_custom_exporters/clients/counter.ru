# Ruby: apt-get install ruby-prometheus-client-mmap puma ruby-rackup (GitLab's form of the client)
# rackup --env none --host 0.0.0.0 --port 8000 counter.ru

require "prometheus/client"
require "prometheus/client/rack/exporter"

parcels = Prometheus::Client.registry.counter(:parcels_packed_total, "Parcels packed so far.")

parcels.increment({ bench: "1" })
parcels.increment({ bench: "2" }, 2)
use Prometheus::Client::Rack::Exporter
run ->(_request) { [404, { "content-type" => "text/plain" }, ["Metrics are at /metrics\n"]] }
