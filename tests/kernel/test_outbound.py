"""Requests to the outside: nothing leads inside, whatever an address says or becomes."""

import ipaddress
import socket
import time
from contextlib import suppress
from threading import Event, Thread

import pytest

from app.kernel import outbound
from app.kernel.outbound import TargetRefused, Unreachable

INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip
WORLD = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"]


def names(monkeypatch, *addresses):
    """Have every name stand for these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_how: found)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_public(address):
    assert not outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", WORLD)
def test_the_world_is_public(address):
    assert outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(app, monkeypatch, address):
    names(monkeypatch, address)
    with pytest.raises(TargetRefused):
        outbound.checked("https://hooks.example.org/x")


def test_one_address_inside_among_others_is_enough(app, monkeypatch):
    names(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(TargetRefused):
        outbound.checked("https://hooks.example.org/x")


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///x", "https://a:b:c/",
        "https://example.org:99999/", "https://example.org/\r\nX: y", "https://example.org/é", "gopher://example.org",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(app, url):
    with pytest.raises(TargetRefused):
        outbound.checked(url)


@pytest.mark.parametrize("url", ["http://hooks.example.org/x", "https://hooks.example.org:8443/x", "https://a.org:22/"])
def test_the_world_is_spoken_to_by_https_on_its_own_port(app, monkeypatch, url):
    names(monkeypatch, "93.184.216.34")
    with pytest.raises(TargetRefused):
        outbound.checked(url)


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://localhost/", "http://127.1/"]
)
def test_other_spellings_of_this_machine_are_refused(app, url):
    with pytest.raises((TargetRefused, Unreachable)):
        outbound.checked(url)


def test_a_server_of_ones_own_is_allowed_by_its_network(app, own_network, outside):
    answer = outbound.post(outbound.checked(f"{outside.url}/x?y=z"), b"hello", {"X-Word": "w"})
    assert (answer.status, answer.body) == (200, b"ok")
    (post,) = outside.posts
    assert (post.path, post.body, post.headers["x-word"]) == ("/x?y=z", b"hello", "w")


def test_a_network_that_is_not_named_stays_closed(app, monkeypatch, outside):
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOWED", "10.0.0.0/8, 2001:db8::/32")
    with pytest.raises(TargetRefused):
        outbound.checked(outside.url)


def test_the_connection_goes_to_the_address_that_was_checked(app, own_network, outside, monkeypatch):
    target = outbound.checked(f"http://localhost:{outside.server.server_port}/x")
    monkeypatch.setattr(socket, "getaddrinfo", _never)
    if ":" not in target.address:
        assert outbound.post(target, b"", {}).status == 200
        assert outside.posts[0].headers["host"].startswith("localhost:")


def _never(host, *_asked, **_how):
    if not host[0].isdigit():
        raise AssertionError(f"{host} was looked up again")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, _asked[0]))]


def test_a_redirect_is_an_answer_and_is_not_followed(app, own_network, outside):
    outside.answers = [(302, f"{outside.url}/inside")]
    assert outbound.post(outbound.checked(outside.url), b"", {}).status == 302
    assert len(outside.posts) == 1


def test_only_the_beginning_of_a_long_answer_is_read(app, own_network, outside):
    outside.answers = [(200, "a" * 1_000_000)]
    assert len(outbound.post(outbound.checked(outside.url), b"", {}).body) == outbound.MOST_READ


def test_an_answer_is_told_on_one_short_line():
    told = str(outbound.Answer(400, b"no\r\nsuch   room " + b"x" * 1000))
    assert told.startswith("400 no such room")
    assert len(told) <= 300


@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"])
def test_who_answers_drop_by_drop_is_hung_up_on(app, own_network, monkeypatch, beginning):
    monkeypatch.setattr(outbound, "ALL_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        hung_up = Event()
        Thread(target=_drip, args=(listening, beginning, hung_up), daemon=True).start()
        with pytest.raises(Unreachable):
            outbound.post(outbound.checked(f"http://127.0.0.1:{listening.getsockname()[1]}/"), b"", {})
        assert hung_up.wait(60), "it would have gone on for ever"


def _drip(listening, beginning, hung_up):
    """Send a drop each tenth of a second until nobody listens any more."""
    connection, _address = listening.accept()
    with connection, suppress(OSError):
        connection.sendall(beginning)
        while True:
            time.sleep(0.1)
            connection.sendall(b"X-Drop: x\r\n")
    hung_up.set()


def test_a_certificate_of_nobody_is_not_believed(app, own_network, outside):
    with pytest.raises(Unreachable, match="SSL"):
        outbound.post(outbound.checked(outside.url.replace("http:", "https:")), b"", {})


def test_a_fault_names_neither_address_nor_secret(app, own_network):
    with pytest.raises(Unreachable) as told:
        outbound.post(outbound.checked("http://127.0.0.1:1/secret-token"), b"", {})
    assert str(told.value) == "ConnectionRefusedError"
