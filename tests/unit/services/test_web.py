"""Web configurations without a container: what is read of them, and what is made on the spot."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from lab_helpers.errors import ServiceFailed
from lab_helpers.services.certificates import LASTS, self_signed
from lab_helpers.services.exporters import NodeExporterContainer
from lab_helpers.services.web import WebConfig, _refusal


@pytest.mark.parametrize(
    ("config", "scheme"),
    [
        ("tls_server_config: {cert_file: a, key_file: b}", "https"),
        ("basic_auth_users: {me: hash}", "http"),
        ("", "http"),
        ("- tls_server_config", "http"),
        ("tls_server_config: [", "http"),
    ],
)
def test_the_scheme_is_what_the_file_says(config: str, scheme: str) -> None:
    assert WebConfig(config).scheme == scheme


def test_the_authority_is_a_file_for_as_long_as_it_is_needed() -> None:
    web = WebConfig("", ca=b"PEM", account=("me", "secret"))
    file = Path(web.access["verify"])
    assert web.access == {"verify": str(file), "auth": ("me", "secret")}
    assert file.read_bytes() == b"PEM"
    del web
    assert not file.exists()


def test_nothing_is_needed_where_nothing_is_asked() -> None:
    assert WebConfig("").access == {}


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (
            'level=INFO msg="Listening on" address=[::]:9100\n'
            'level=ERROR source=a.go:1 msg="open /etc/web/ca.pem: no such file"',
            "open /etc/web/ca.pem: no such file",
        ),
        (
            'ts=1 level=info msg="Listening on" address=[::]:9091\n'
            'ts=1 level=error msg="HTTP server stopped" err="yaml: \\"a\\"\\n  line 3"\n'
            'ts=1 level=error msg="problem shutting down" err="permission denied"',
            'yaml: "a"\n  line 3',
        ),
        (
            'level=ERROR msg="Unable to validate web configuration file" err="invalid ClientAuth"',
            "invalid ClientAuth",
        ),
        ('level=ERROR msg="Error loading config" err="bad"', ""),
        (
            'level=INFO msg="Listening on" address=[::]:9100\nlevel=INFO msg=more\n'
            'level=ERROR msg="disk full"',
            "",
        ),
        ("", ""),
    ],
)
def test_the_words_of_a_refusal_are_found_in_the_log(report: str, words: str) -> None:
    assert _refusal(report) == words


def test_a_self_signed_certificate_is_believed_by_who_has_it() -> None:
    own = self_signed("till.example")
    certificate = x509.load_pem_x509_certificate(own.cert_chain_pems[0].bytes())
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc > LASTS
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    own.configure_cert(server)
    assert handshake(client, server, "till.example") == "self-signed certificate"
    client.load_verify_locations(cadata=own.cert_chain_pems[0].bytes().decode())
    assert handshake(client, server, "till.example") == ""
    assert "mismatch" in handshake(client, server, "other.example")


def handshake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> str:
    """What the client says of the server's certificate; nothing if it is content."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=name)
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as problem:
                return problem.verify_message
    return ""


def test_a_file_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(ServiceFailed, match="cannot be read"):
        NodeExporterContainer().with_web_config(WebConfig(Path("nowhere/web.yml")))
