// Java: io.prometheus:prometheus-metrics-core and io.prometheus:prometheus-metrics-exporter-httpserver
// Source: https://github.com/prometheus/client_java

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;

public class Parcels {
    static final Counter parcels = Counter.builder()
            .name("parcels_packed_total")
            .help("Parcels packed so far.")
            .labelNames("bench")
            .register();

    public static void main(String[] args) throws Exception {
        parcels.labelValues("1").inc();
        parcels.labelValues("2").inc(2);
        HTTPServer.builder().port(8000).buildAndStart();
        Thread.currentThread().join();
    }
}
