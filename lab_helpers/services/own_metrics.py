"""What a service says of itself on its metrics page."""

from prometheus_client.parser import text_string_to_metric_families


def values(page: str, name: str) -> list[tuple[dict[str, str], float]]:
    """Give the labels and values of one metric on a page.

    name: as in the sample, such as ``x_total``.
    """
    lines = [line for line in page.splitlines() if line.startswith(name)]
    return [
        (dict(sample.labels), sample.value)
        for family in text_string_to_metric_families("\n".join([*lines, ""]))
        for sample in family.samples
        if sample.name == name
    ]
