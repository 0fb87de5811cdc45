"""`python -m app.payments.double`: the double on a port of this machine, for a demonstration or to try things out."""

import os
import secrets
import signal
from pathlib import Path

import click

from app.payments.double.parts import LiveKeyRefused, Settings
from app.payments.double.server import DoubleServer


@click.command("double")
@click.option("--port", type=int, default=8420, show_default=True, help="Le port où il répond.")
@click.option("--host", default="127.0.0.1", show_default=True, help="L’adresse où il écoute.")
@click.option("--public-url", default="", help="Son adresse pour les navigateurs, si elle est autre.")
@click.option("--webhook", default="", help="L’adresse où il annonce ce qui se passe.")
@click.option("--name", default="Chez Margot", show_default=True, help="Le nom montré à qui paie.")
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Où il se souvient ; sinon il oublie.")
def main(port: int, host: str, public_url: str, webhook: str, name: str, file: Path | None) -> None:
    """Tenir la place de Stripe pour une démonstration.

    Aucune carte réelle n’y est acceptée. La clé STRIPE_SECRET_KEY et le secret STRIPE_WEBHOOK_SECRET sont ceux de
    l’environnement, ou ceux que la commande affiche. Avec une clé réelle, il refuse de démarrer.
    """
    try:
        settings = Settings(
            secret_key=os.environ.get("STRIPE_SECRET_KEY") or "sk_test_double",
            webhook_secret=os.environ.get("STRIPE_WEBHOOK_SECRET") or "whsec_double",
            webhook_url=webhook,
            control_token=os.environ.get("STRIPE_DOUBLE_TOKEN") or secrets.token_urlsafe(24),
            name=name,
            path=str(file) if file else ":memory:",
        )
    except LiveKeyRefused as refusal:
        raise click.ClickException(
            "STRIPE_SECRET_KEY n’est pas une clé de test : le double de Stripe ne démarre jamais à côté d’argent réel."
        ) from refusal
    stopping = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)  # by every thread that starts: only this one hears them
    with DoubleServer(settings, host=host, port=port, public_url=public_url) as double:
        click.echo(f"Le double de Stripe répond à {double.url} (clé {settings.secret_key}).")
        signal.sigwait(stopping)


if __name__ == "__main__":
    main()
