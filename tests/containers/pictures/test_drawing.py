"""The drawing of a lab shows whom an exporter asks because a scrape tells it to."""

import numpy as np

from lab_helpers.pictures.drawing import HEIGHT, calls, draw, layout, scrapes
from lab_helpers.services.exporters import (
    ApacheExporterContainer,
    BlackboxExporterContainer,
    NginxExporterContainer,
)
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import ApacheContainer, NginxContainer
from tests.own_lab import own_lab

CONFIG = """\
scrape_configs:
  - job_name: exporters
    static_configs: [{targets: [nginx-exporter:9113, apache-exporter:9117]}]
  - job_name: probes
    metrics_path: /probe
    static_configs: [{targets: [http://nginx/products, apache:80]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {target_label: __address__, replacement: blackbox-exporter:9115}
"""


def test_probes_are_arrows_and_the_last_column_follows_the_middle_one() -> None:
    prometheus, blackbox = PrometheusContainer(CONFIG), BlackboxExporterContainer()
    nginx, apache = NginxContainer(), ApacheContainer()
    exporters = [NginxExporterContainer(), ApacheExporterContainer()]
    prometheus.calls = (nginx.name,)
    with own_lab("probes") as lab:
        lab.start(prometheus, blackbox, apache, nginx, *exporters)
        lab.wait_until(lambda: len(prometheus.targets()) == 4, "all targets have been found")
        arrows = scrapes(lab.services)
        found = calls(lab.services, arrows)
        boxes = layout(lab.services, arrows)
        (axes,) = draw(lab.services).axes
    assert {("blackbox-exporter", "nginx"), ("blackbox-exporter", "apache")} <= set(found)
    assert ("apache-exporter", "apache") in found, "what a service says of itself stays"
    assert len(found) == len(set(found))
    last = max(box.x for box in boxes.values())
    column = sorted((box for box in boxes.values() if box.x == last), key=lambda box: -box.y)
    assert [box.name for box in column] == ["nginx", "apache"], "as their exporters stand"
    paths = [np.asarray(line.get_ydata(), float) for line in axes.lines]
    (past,) = [path for path in paths if len(path) == 3]
    middle = [box for box in boxes.values() if boxes["prometheus"].x < box.x < last]
    assert len(middle) == 3
    assert all(abs(past[-1] - box.y) > HEIGHT / 2 for box in middle), "between the rows"
