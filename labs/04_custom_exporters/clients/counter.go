// Go: go get github.com/prometheus/client_golang
package main

import (
	"log"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var parcels = promauto.NewCounterVec(prometheus.CounterOpts{
	Name: "parcels_packed_total",
	Help: "Parcels packed so far.",
}, []string{"bench"})

func main() {
	parcels.WithLabelValues("1").Inc()
	parcels.WithLabelValues("2").Add(2)
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(":8000", nil))
}
