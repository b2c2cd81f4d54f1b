"""Proofs by a Prometheus: which targets a configuration makes, and where it asks."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import yaml

from lab_helpers.exam import Question
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.waiting import wait_until
from tests.containers.exam.claims import claims, given, labels_of


def targets(prometheus: PrometheusContainer, asked: Sequence[Question]) -> dict[str, list[bool]]:
    """Of each choice, whether it is what Prometheus makes: one reload with the jobs of all."""
    jobs = {each.name: yaml.safe_load(given(each, "config"))["scrape_configs"] for each in asked}
    names = [job["job_name"] for each in jobs.values() for job in each]
    assert len(names) == len(set(names)), "each job has a name of its own"
    config = {
        "global": {"scrape_interval": "10m"},  # nobody answers there
        "scrape_configs": [job for each in jobs.values() for job in each],
    }
    prometheus.reload(yaml.dump(config))

    def all_found() -> Any:
        found = prometheus.raw("targets")
        every = found["activeTargets"] + found["droppedTargets"]
        return found if {_job(target) for target in every} >= set(names) else None

    found = wait_until(all_found, "every job has its targets")
    return {
        question.name: [
            _is_so(text, question, [t for t in found["activeTargets"] if _job(t) in
                                    {job["job_name"] for job in jobs[question.name]}])
            for text, _ in claims(question)
        ]
        for question in asked
    }  # fmt: skip


def _job(target: Any) -> str:
    return str(target["discoveredLabels"]["job"])


def _is_so(claim: str, question: Question, active: list[Any]) -> bool:
    urls = [target["scrapeUrl"] for target in active]
    hosts = [urlsplit(url).netloc for url in urls]
    match question.proof.get("about", "labels"):
        case "url":
            return urls == [claim]
        case "hosts":
            return ", ".join(sorted(hosts)) == claim
        case "host and labels":
            host, _, labels = claim.partition(" ")
            return hosts == [host] and active[0]["labels"] == labels_of(labels)
    if claim == "dropped":
        return not active
    return [target["labels"] for target in active] == [labels_of(claim)]
