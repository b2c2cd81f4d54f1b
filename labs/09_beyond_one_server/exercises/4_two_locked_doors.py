"""Two exporters behind locks, and a configuration that opens neither."""

from collections.abc import Mapping

from lab_helpers import NodeExporterContainer, WebConfig
from lab_helpers.grading import Exercise, Wrong, once
from lab_helpers.grading.judges.targets import SameTargets, Target

LOCK = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.pem\n"
BROKEN = """\
scrape_configs:
  - job_name: vault
    tls_config:
      ca_file: /etc/ssl/shop.pem
      server_name: vault
    basic_auth:
      username: vault
      password_file: vault_password
    static_configs:
      - targets: ["vault:9100"]

  - job_name: ledger
    scheme: https
    tls_config:
      server_name: ledger
      cert_file: prometheus.pem
    static_configs:
      - targets: ["ledger:9100"]
"""
CERTIFICATE, KEY = "      cert_file: prometheus.pem\n", "      key_file: prometheus.key\n"
SOLUTION = """\
scrape_configs:
  - job_name: vault
    scheme: https
    tls_config:
      ca_file: ca.pem
      server_name: vault.shop.example
    basic_auth:
      username: prometheus
      password_file: vault_password
    static_configs:
      - targets: ["vault:9100"]

  - job_name: ledger
    scheme: https
    tls_config:
      ca_file: ca.pem
      cert_file: prometheus.pem
      key_file: prometheus.key
    static_configs:
      - targets: ["ledger:9100"]
"""


@once
def files() -> Mapping[str, bytes]:
    """Keys and certificates, made when the first answer is checked; a server's by its name."""
    import secrets

    import bcrypt
    import trustme

    ca, password = trustme.CA(organization_name="the shop"), secrets.token_hex(16).encode()
    client = ca.issue_cert("prometheus.shop.example")
    servers = {"vault": "vault.shop.example", "ledger": "ledger"}
    return {
        "ca.pem": ca.cert_pem.bytes(),
        "vault_password": password,
        "hash": bcrypt.hashpw(password, bcrypt.gensalt(4)),
        "prometheus.pem": client.cert_chain_pems[0].bytes(),
        "prometheus.key": client.private_key_pem.bytes(),
        **{
            server: ca.issue_cert(name).private_key_and_cert_chain_pem.bytes()
            for server, name in servers.items()
        },
    }


def vault() -> NodeExporterContainer:
    """An exporter with a password."""
    web = LOCK + f"basic_auth_users:\n  prometheus: {files()['hash'].decode()}\n"
    config = WebConfig(web, {"server.pem": files()["vault"]})
    return NodeExporterContainer(name="vault").with_web_config(config)


def ledger() -> NodeExporterContainer:
    """An exporter that lets those in who have a certificate."""
    web = LOCK + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n"
    config = WebConfig(web, {"server.pem": files()["ledger"], "ca.pem": files()["ca.pem"]})
    return NodeExporterContainer(name="ledger").with_web_config(config)


def given(name: str) -> bytes:
    """One of the files that lie beside prometheus.yml."""
    return files()[name]


EXERCISE = Exercise(
    title="Two locked doors",
    kind="configuration",
    prompt="""\
Two exporters got a lock last night, and since then nobody sees them:

- `vault:9100`, job `vault`: HTTPS, and a password for the user `prometheus`. Its certificate is for
  `vault.shop.example`;
- `ledger:9100`, job `ledger`: HTTPS, and only for clients with a certificate of the shop's
  authority. Its own certificate is for `ledger`.

Beside `prometheus.yml` lie `ca.pem` (the authority's certificate), `vault_password`,
`prometheus.pem` (a client certificate) and `prometheus.key` (its key).

**Mend the file**, so that both are up, and so that Prometheus checks whom it talks to. It has six
faults. The check starts a Prometheus with your file, and tells you one at a time.""",
    hints=(
        "Read the error of each target as it comes: it names the side that is not content. "
        "*x509* is Prometheus looking at the certificate; *401* and *tls: certificate required* is "
        "the exporter looking at Prometheus.",
        "A file without a folder before it is looked for beside `prometheus.yml`. And a "
        "certificate is no use without its key.",
        "For each job: is the scheme `https`? `ca_file`? Is `server_name` the certificate's name? "
        "Whose name and password? Or which certificate and key?",
    ),
    start=BROKEN,
    solution=SOLUTION,
    also_right=(
        """\
scrape_configs:
- job_name: vault
  scheme: https
  tls_config: {ca_file: /etc/prometheus/ca.pem, server_name: vault.shop.example, min_version: TLS12}
  authorization: null
  basic_auth: {username: prometheus, password_file: /etc/prometheus/vault_password}
  static_configs: [{targets: ["vault:9100"]}]
- job_name: ledger
  scheme: https
  tls_config: {ca_file: ca.pem, server_name: ledger, cert_file: prometheus.pem,
               key_file: prometheus.key}
  static_configs: [{targets: ["ledger:9100"]}]
""",
        """\
scrape_configs:
  - job_name: https
    scheme: https
    tls_config: &ours
      ca_file: ca.pem
      cert_file: prometheus.pem
      key_file: prometheus.key
    static_configs:
      - targets: ["ledger:9100"]
        labels: {job: ledger}
  - job_name: vault
    static_configs:
      - targets: ["vault:9100"]
        labels: {__scheme__: https}
    tls_config:
      <<: *ours
      server_name: vault.shop.example
    basic_auth:
      username: prometheus
      password_file: ./vault_password
""",
    ),
    wrong=(
        Wrong(BROKEN.replace("username: vault", "username: prometheus"), "refused"),
        Wrong(BROKEN.replace(CERTIFICATE, CERTIFICATE + KEY), "no such file"),
        Wrong(SOLUTION.replace("    scheme: https\n", "", 1), "wrong scheme"),
        Wrong(SOLUTION.replace("ca_file: ca.pem", "ca_file: /etc/ssl/shop.pem", 1), "no such file"),
        Wrong(SOLUTION.replace("      ca_file: ca.pem\n", "", 1), "authority unknown"),
        Wrong(SOLUTION.replace("vault.shop.example", "vault"), "wrong server_name"),
        Wrong(SOLUTION.replace("      server_name: vault.shop.example\n", ""), "wrong server_name"),
        Wrong(SOLUTION.replace("username: prometheus", "username: vault"), "not let in"),
        Wrong(SOLUTION.replace("file: vault_password", "file: password"), "no such file"),
        Wrong(SOLUTION.replace("password_file: vault_password", "password: vault_password"),
              "not let in"),
        Wrong(SOLUTION.replace(CERTIFICATE + KEY, ""), "no client certificate"),
        Wrong(
            SOLUTION.replace(
                "ca_file: ca.pem\n      server_name: vault.shop.example",
                "insecure_skip_verify: true",
            ),
            "not verified",
        ),
        Wrong(SOLUTION.replace("server_name", "servername"), "unknown field"),
        Wrong(SOLUTION.replace("vault:9100", "https://vault:9100"), "no host and port"),
    ),
    practice="`insecure_skip_verify: true` makes the same targets green, and the password goes to "
    "whoever answers. Look for it in every configuration that you inherit.",
    judge=SameTargets(
        (
            Target("https://vault:9100/metrics", {"job": "vault"}),
            Target("https://ledger:9100/metrics", {"job": "ledger"}),
        ),
        services={"vault": vault, "ledger": ledger},
        files={
            "ca.pem": lambda: given("ca.pem"),
            "vault_password": lambda: given("vault_password"),
            "prometheus.pem": lambda: given("prometheus.pem"),
            "prometheus.key": lambda: given("prometheus.key"),
        },
    ),
)  # fmt: skip
