"""Proofs by a Prometheus: which targets a configuration makes, what is stored of a page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import yaml

from lab_helpers.exam import Question
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.waiting import wait_until
from tests.containers.exam.claims import Answer, claims, given, labels_of

Asked = dict[str, Answer]


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


def scraped(prometheus: PrometheusContainer, pages: Any, asked: Sequence[Question]) -> Asked:
    """What the queries answer after Prometheus has scraped the page of each question.

    pages: a container that serves files.
    """
    jobs = []
    for each in asked:
        name = each.proof["job"]
        pages.copy_into_container(f"{given(each, 'page')}\n".encode(), f"/srv/{name}.txt")
        (job,) = yaml.safe_load(given(each, "config", f"- job_name: {name}"))
        where = {"metrics_path": f"/{name}.txt", "static_configs": [{"targets": ["page:8000"]}]}
        jobs.append({**job, **where, "scrape_interval": "1s"})
    prometheus.reload(yaml.dump({"scrape_configs": jobs}))
    wanted = {job["job_name"] for job in jobs}
    wait_until(lambda: set(prometheus.query("up").get("job", ())) >= wanted, "all are scraped")
    return {each.name: _stored(prometheus, given(each, "query")) for each in asked}


def _stored(prometheus: PrometheusContainer, query: str) -> Answer:
    """What is stored, by name and labels; `instance` is the same for all, and left out."""
    answer = prometheus.raw("query", query=query)["result"]
    return Answer(tuple((_left(one["metric"]), float(one["value"][1])) for one in answer))


def _left(labels: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in labels.items() if name != "instance"}
