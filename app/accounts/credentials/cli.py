"""Commands of credentials, among `flask users …`."""

import sys

import click

from app.accounts.cli import bp
from app.accounts.credentials import second_factor
from app.accounts.queries import user_with_login
from app.kernel.access import system
from app.kernel.db import transaction
from app.kernel.lifecycle import RuleBroken


@bp.cli.command("reset-second-factor")
@click.option("--email", prompt="Adresse e-mail")
def reset_second_factor(email: str) -> None:
    """Retirer la double vérification de qui a perdu son téléphone et ses codes."""
    try:
        with transaction():
            user = user_with_login(email)
            if user is None:
                raise RuleBroken(f"Aucun compte n’a l’adresse {email}.")  # noqa: TRY301 - told as any other refusal
            second_factor.reset(user, actor=system("users reset-second-factor"))
    except RuleBroken as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
    click.echo(f"Double vérification retirée : {email}")
