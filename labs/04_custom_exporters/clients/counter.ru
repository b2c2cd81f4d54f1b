# Ruby: apt-get install ruby-prometheus-client-mmap puma ruby-rackup (GitLab's form of the client: of several
# processes too). Source: https://gitlab.com/gitlab-org/ruby/gems/prometheus-client-mmap

require "prometheus/client"
require "prometheus/client/rack/exporter"

parcels = Prometheus::Client.registry.counter(:parcels_packed_total, "Parcels packed so far.")

parcels.increment({ bench: "1" })
parcels.increment({ bench: "2" }, 2)
use Prometheus::Client::Rack::Exporter
run ->(_request) { [404, { "content-type" => "text/plain" }, ["Metrics are at /metrics\n"]] }
