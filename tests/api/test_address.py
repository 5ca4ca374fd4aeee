"""One normal form for the address of a service, and what is no address."""

from __future__ import annotations

import pytest

from aicore_provider.api.address import is_loopback, normal_form, recorded_address

HOST = "https://api.ai.example.com"


@pytest.mark.parametrize(
    "written",
    [
        HOST,
        f"{HOST}/",
        f"{HOST}///",
        f"{HOST}/v2",
        f"{HOST}/v2/",
        f"{HOST}:443",
        f"{HOST}:443/v2",
        f"{HOST}:0443",
        f"{HOST}:",
        f"{HOST}.",
        f"{HOST}.:443/",
        "HTTPS://api.ai.example.com",
        "https://API.ai.Example.COM/v2",
        f"\ufeff {HOST}\r\n",
        f"\t{HOST}\u200b",
    ],
)
def test_spellings_of_one_address_have_one_form(written: str) -> None:
    assert normal_form(written) == recorded_address(written) == HOST


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f"{HOST}:8443", f"{HOST}:8443"),
        (f"{HOST}/gateway/v2", f"{HOST}/gateway"),
        (f"{HOST}/Gateway/v20", f"{HOST}/Gateway/v20"),
        ("https://under_score.example.com", "https://under_score.example.com"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://10.0.0.1:443", "https://10.0.0.1"),
        ("https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443"),
        ("HTTP://LOCALHOST:80/v2", "http://localhost"),
        ("http://localhost.:8080", "http://localhost:8080"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://127.0.0.1:443", "http://127.0.0.1:443"),
        ("http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080"),
    ],
)
def test_what_means_something_is_kept(written: str, read: str) -> None:
    assert normal_form(written) == read
    assert normal_form(read) == read


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("", "is no https URL"),
        ("s3cr3t", "is no https URL"),
        ('{"clientsecret": "s3cr3t"}', "is no https URL"),
        (f"{HOST}?secret=s3cr3t", "query or a fragment"),
        (f"{HOST}/oauth/token?grant_type=client_credentials", "query or a fragment"),
        (f"{HOST}#s3cr3t", "query or a fragment"),
        (f"{HOST}/?", "query or a fragment"),
        (f"{HOST}/#", "query or a fragment"),
        ("https://s3cr3t@api.ai.example.com", "user name or password"),
        ("https://me:s3cr3t@api.ai.example.com", "user name or password"),
        ("https://me%40s3cr3t.example.com", "its host is no host name"),
        (f"{HOST}:s3cr3t", "its port is no number"),
        (f"{HOST}:0", "its port is no number"),
        (f"{HOST}:65536", "its port is no number"),
        (f"{HOST}:-1", "its port is no number"),
        (f"{HOST}:443:443", "its port is no number"),
        (f"{HOST}:{'9' * 5000}", "its port is no number"),
        (f"{HOST}:\uff14\uff14\uff13", "other characters"),
        ("https://api.ai. example.com", "white space"),
        ("https://api.ai.\nexample.com", "white space"),
        ("https://api.ai.\texample.com", "white space"),
        ("https://api.ai.example.com\x00", "other characters"),
        ("https://api.ai.example.com\x1b[31m/x", "other characters"),
        ("https:\\\\api.ai.example.com", "backslash"),
        ("https://api.ai.example.com\\@evil.example", "user name or password"),
        ("https://evil.example\\.example.com", "backslash"),
        ("https://b\u00fccher.example", "other characters"),
        ("https://api\u3002example.com", "other characters"),
        ("https://a..b", "its host is no host name"),
        ("https://.example.com", "its host is no host name"),
        ("https://api.example.com..", "its host is no host name"),
        (f"https://{'a' * 64}.example.com", "its host is no host name"),
        (f"https://{'a.' * 130}com", "its host is no host name"),
        ("https://-api.example.com", "its host is no host name"),
        ("https://a%2fb.example.com", "its host is no host name"),
        ("https://127.1", "its host is no host name"),
        ("https://2130706433", "its host is no host name"),
        ("https://0x7f.0.0.0x1", "its host is no host name"),
        ("https://256.1.1.1", "its host is no host name"),
        ("https://", "is no https URL"),
        ("https:///path", "is no https URL"),
        ("https:api.ai.example.com", "is no https URL"),
        ("https://[", "is no https URL"),
        ("https://[::1", "is no https URL"),
        ("https://[fe80::1%25eth0]", "is no https URL"),
        ("https://[::1]x", "is no https URL"),
        ("//api.ai.example.com", "is no https URL"),
        ("ftp://api.ai.example.com", "is no https URL"),
        ("file:///etc/passwd", "is no https URL"),
        ("javascript:alert(1)", "is no https URL"),
        ("http://api.ai.example.com", "plain http is for loopback"),
        ("http://localhost.example.com", "plain http is for loopback"),
        ("http://a.localhost", "plain http is for loopback"),
        ("http://0.0.0.0:8080", "plain http is for loopback"),
        (f"{HOST}/../admin", "its path"),
        (f"{HOST}/./x", "its path"),
        (f"{HOST}/gateway/..", "its path"),
        (f"{HOST}/a//b", "its path"),
        (f"{HOST}/%2e%2e/admin", "its path"),
    ],
)
def test_what_is_no_address_is_refused_and_never_shown(written: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        normal_form(written)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert recorded_address(written) == "an address that cannot be read"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "example.com", "10.0.0.1", "localhost.example.com", "::2", "128.0.0.1"])
def test_another_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("path", ["/v2", "/v2/v2", "/a/v2/v2/", "/a/v2/b/v2", "/v2//"])
def test_the_normal_form_of_a_normal_form_is_itself(path: str) -> None:
    once = normal_form(f"https://host{path}")
    assert normal_form(once) == once
    assert not once.endswith("/v2")
