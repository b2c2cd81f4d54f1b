"""Services behind HTTPS and a password, on the image set in force: who is let in, and how."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import bcrypt
import pytest
import requests
import trustme

from lab_helpers.errors import ConfigurationRefused, PrometheusAway, ServiceFailed
from lab_helpers.promql.client import PromQLClient
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.exporters import (
    ApacheExporterContainer,
    BlackboxExporterContainer,
    MySQLExporterContainer,
    NginxExporterContainer,
    NodeExporterContainer,
    PushgatewayContainer,
    SNMPExporterContainer,
)
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import MySQLContainer
from lab_helpers.services.web import FOLDER, WebConfig, WebService
from lab_helpers.setup import engine
from tests.own_lab import own_lab

TLS = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.pem\n"
MUTUAL = TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n"
PASSWORD = "correct horse"
HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
USERS = f"basic_auth_users:\n  prometheus: {HASH}\n"
NOBODY = "route: {receiver: nobody}\nreceivers: [{name: nobody}]"

CA = trustme.CA()
CA_PEM = CA.cert_pem.bytes()


def pem(*names: str, ca: trustme.CA = CA, not_after: datetime | None = None) -> bytes:
    issued = ca.issue_cert(*(names or (engine.host(),)), not_after=not_after)
    return issued.private_key_and_cert_chain_pem.bytes()


LOCKED = WebConfig(TLS + USERS, {"server.pem": pem()}, CA_PEM, ("prometheus", PASSWORD))
MAKERS: dict[str, Callable[[], WebService]] = {
    "prometheus": PrometheusContainer,
    "alertmanager": lambda: AlertmanagerContainer(NOBODY),
    "node-exporter": NodeExporterContainer,
    "mysql-exporter": lambda: MySQLExporterContainer(MySQLContainer()),
    "apache-exporter": ApacheExporterContainer,
    "nginx-exporter": NginxExporterContainer,
    "blackbox-exporter": BlackboxExporterContainer,
    "snmp-exporter": SNMPExporterContainer,
    "pushgateway": PushgatewayContainer,
}


@dataclass(frozen=True)
class Locked:
    prometheus: PrometheusContainer
    alertmanager: AlertmanagerContainer
    services: dict[str, WebService]


@pytest.fixture(scope="module")
def locked() -> Iterator[Locked]:
    services = {name: make().with_web_config(LOCKED) for name, make in MAKERS.items()}
    prometheus, alertmanager = services["prometheus"], services["alertmanager"]
    assert isinstance(prometheus, PrometheusContainer)
    assert isinstance(alertmanager, AlertmanagerContainer)
    with own_lab("locked") as lab:
        lab.start().start(*services.values())
        yield Locked(prometheus, alertmanager, services)


def test_every_service_with_a_web_configuration_is_tried() -> None:
    def kinds(kind: type[WebService]) -> set[str]:
        ours = kind.__module__.startswith("lab_helpers.services.")  # others are made of these
        own = {kind.service} if ours and "service" in vars(kind) else set()
        return own.union(*map(kinds, kind.__subclasses__()))

    assert kinds(WebService) == set(MAKERS)


@pytest.mark.parametrize("name", MAKERS)
def test_only_who_believes_the_authority_and_has_the_password_comes_in(
    name: str, locked: Locked
) -> None:
    service = locked.services[name]
    assert service.url.startswith("https://")
    assert service.internal_url == f"https://{name}:{service.port}"
    page, access = f"{service.url}/metrics", service.access

    assert requests.get(page, timeout=10, **access).status_code == 200
    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        requests.get(page, timeout=10, auth=access["auth"])
    for login in (None, ("prometheus", "guess"), ("admin", PASSWORD)):
        answer = requests.get(page, timeout=10, verify=access["verify"], auth=login)
        assert answer.status_code == 401
    assert requests.get(page.replace("https:", "http:"), timeout=10).status_code == 400


def test_prometheus_is_asked_through_its_lock(locked: Locked) -> None:
    prometheus = locked.prometheus
    assert prometheus.query("vector(7)").value.tolist() == [7.0]
    assert "scalar" in str(prometheus.explain("1"))
    for ask in (PromQLClient(prometheus.url).query, PromQLClient(prometheus.url).explain):
        with pytest.raises(PrometheusAway, match="certificate that this machine does not trust"):
            ask("1")
    assert prometheus.raw("status/flags")["web.external-url"] == f"{prometheus.url}/"
    assert prometheus.page("targets").startswith("https://")
    prometheus.reload("scrape_configs: [{job_name: ours, static_configs: [{targets: [a:1]}]}]")
    assert "ours" in prometheus.raw("status/config")["yaml"]


def test_alertmanager_is_asked_through_its_lock(locked: Locked) -> None:
    alertmanager = locked.alertmanager
    silence = alertmanager.silence("a test", "5m", alertname="Any")
    alertmanager.expire(silence)
    assert alertmanager.silences().state.tolist() == ["expired"]
    assert alertmanager.alerts().empty
    assert alertmanager.groups().empty
    assert alertmanager.metrics("alertmanager_build_info")
    assert alertmanager.link.startswith("https://")
    alertmanager.reload(NOBODY.replace("nobody", "somebody"))
    assert [one["name"] for one in alertmanager.raw("receivers")] == ["somebody"]


def shown_until(service: WebService) -> datetime:
    """Until when the certificate is valid that it shows in a new connection."""
    from cryptography import x509

    shown = ssl.get_server_certificate((engine.host(), service.host_port))
    return x509.load_pem_x509_certificate(shown.encode()).not_valid_after_utc


def test_a_new_certificate_is_shown_without_a_restart(locked: Locked) -> None:
    service = locked.services["pushgateway"]
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    assert shown_until(service) > end
    service.copy_into_container(pem(not_after=end), f"{FOLDER}/server.pem")
    assert shown_until(service) == end


def test_a_client_certificate_opens_and_nothing_else() -> None:
    files = {"server.pem": pem(), "ca.pem": CA_PEM}
    with NodeExporterContainer().with_web_config(WebConfig(MUTUAL, files)) as service:
        page = f"{service.url}/metrics"
        with CA.cert_pem.tempfile() as ca_file:
            with pytest.raises(requests.RequestException, match="certificate required"):
                requests.get(page, timeout=10, verify=ca_file)
            with CA.issue_cert("prometheus").private_key_and_cert_chain_pem.tempfile() as own:
                assert requests.get(page, timeout=10, verify=ca_file, cert=own).ok


SLIPS = {
    "unknown field": (TLS.replace("key_file", "keyfile"), {}, "field keyfile not found"),
    "no hash": ("basic_auth_users: {prometheus: secret}\n", {}, "hashedSecret too short"),
    "no key": (TLS, {"server.pem": CA_PEM}, "found a certificate rather than a key"),
    "no authority": (MUTUAL, {"server.pem": pem()}, "ca.pem: no such file"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_web_configuration_is_refused_in_the_services_own_words(slip: str) -> None:
    config, files, words = SLIPS[slip]
    service = NodeExporterContainer().with_web_config(WebConfig(config, files))
    with pytest.raises(
        ConfigurationRefused, match=r"^node-exporter refuses its web conf"
    ) as refusal:
        service.start()
    assert words in str(refusal.value)
    assert "level=" not in str(refusal.value)
    assert service._container is None


@pytest.mark.parametrize("name", MAKERS)
def test_each_service_refuses_in_its_own_words(name: str) -> None:
    service = MAKERS[name]().with_web_config(WebConfig(TLS))
    with pytest.raises(ConfigurationRefused, match=rf"{name} refuses .*: failed to read cert_file"):
        service.start()
    assert service._container is None


def test_a_bad_prometheus_yml_is_not_blamed_on_the_web_configuration() -> None:
    with pytest.raises(ConfigurationRefused, match="refuses its configuration:\n"):
        PrometheusContainer("scrape: []").with_web_config(LOCKED).start()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ca": trustme.CA().cert_pem.bytes()}, "does not trust: unable to get local issuer"),
        ({"files": {"server.pem": pem("elsewhere.example")}}, "does not trust: .*match"),
        ({"files": {"server.pem": pem(not_after=datetime(2020, 1, 1))}}, "has expired"),
        ({"account": ("prometheus", "guess")}, "401 Unauthorized"),
    ],
    ids=["another authority", "another name", "expired", "wrong password"],
)
def test_who_cannot_come_in_is_told_why_at_once(changes: dict[str, object], words: str) -> None:
    service = NodeExporterContainer().with_web_config(replace(LOCKED, **changes))  # type: ignore[arg-type]
    with pytest.raises(ServiceFailed, match=words) as failure:
        service.start()
    assert str(failure.value).endswith("?"), "it says where to look"
    assert service._container is None
