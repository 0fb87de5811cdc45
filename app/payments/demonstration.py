"""The demonstration's Stripe: the double, beside the house, where no key says which Stripe to speak to."""

import hashlib
import socket
from urllib.parse import urlsplit

from flask import Flask

from app.config import NEAR_HOSTS, Configuration
from app.kernel.companions import Companion, companion
from app.kernel.languages import _
from app.kernel.supervisor import stopping_event
from app.payments.double.parts import Settings
from app.payments.double.server import DoubleServer

NAME = "stripe-double"
HOST = "127.0.0.1"
PORTS = range(8420, 8520)
WAITING = 64


@companion
def stripe_double(app: Flask) -> Companion | None:
    """Have the double run, and every part of the house speak to it."""
    configuration: Configuration = app.config["CONFIGURATION"]
    if not is_wanted(configuration):
        return None
    listening = _open_port()
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    port = listening.detach()  # kept by this process for as long as it lives, so that no other takes it meanwhile
    settings = double_settings(configuration)
    app.config.update(
        STRIPE_SECRET_KEY=settings.secret_key, STRIPE_WEBHOOK_SECRET=settings.webhook_secret, STRIPE_API_URL=url
    )

    def run() -> None:
        stopping = stopping_event()
        with DoubleServer(settings, listening=port, public_url=url):
            stopping.wait()

    return Companion(NAME, run, _("Stripe fictif : %(url)s", url=url))


def is_wanted(configuration: Configuration) -> bool:
    """Tell whether this is a demonstration without keys, looked at from this machine: the double answers no other."""
    is_near = urlsplit(configuration.public_url).hostname in NEAR_HOSTS
    return configuration.is_demo and is_near and not configuration.stripe_secret_key


def double_settings(configuration: Configuration) -> Settings:
    """Give keys of this installation's own, kept from one start to the next as its secret is."""
    own = hashlib.sha256(f"stripe-double:{configuration.secret_key}".encode()).hexdigest()
    return Settings(
        secret_key=f"sk_test_{own[:24]}",
        webhook_secret=f"whsec_{own[24:44]}",
        control_token=own[44:],
        webhook_url=f"http://{HOST}:{configuration.port}/stripe/evenements",
        path=str(configuration.data_dir / "stripe-double.sqlite3"),
    )


def _open_port() -> socket.socket:
    """Take the first port that is free, now: the double, started again, finds the same."""
    for port in (*PORTS, 0):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen(WAITING)
        except OSError:
            listening.close()
        else:
            return listening
    raise OSError(_("Aucun port n’est libre sur cette machine."))
