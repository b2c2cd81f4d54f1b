// Scala: the Java client, from Scala 3. The same two libraries.

import io.prometheus.metrics.core.metrics.Counter
import io.prometheus.metrics.exporter.httpserver.HTTPServer

val parcels = Counter.builder()
  .name("parcels_packed_total")
  .help("Parcels packed so far.")
  .labelNames("bench")
  .register()

@main def serve(): Unit =
  parcels.labelValues("1").inc()
  parcels.labelValues("2").inc(2)
  HTTPServer.builder().port(8000).buildAndStart()
  Thread.currentThread().join()
