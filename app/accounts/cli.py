"""Commands: `flask users …`."""

import sys

import click
from flask import Blueprint

from app.accounts import service
from app.kernel.access import system
from app.kernel.db import transaction
from app.kernel.lifecycle import RuleBroken

bp = Blueprint("users", __name__, cli_group="users")
bp.cli.help = "Les comptes."


@bp.cli.command("create-admin")
@click.option("--email", prompt="Adresse e-mail")
@click.option("--first-name", prompt="Prénom")
@click.option("--last-name", prompt="Nom")
@click.password_option(envvar="ADMIN_PASSWORD", prompt="Mot de passe (12 caractères au moins)")
def create_admin(email: str, first_name: str, last_name: str, password: str) -> None:
    """Créer un compte administrateur."""
    try:
        with transaction():
            service.seed_roles()
            service.create_user(
                first_name=first_name,
                last_name=last_name,
                email=email,
                password=password,
                role="administrator",
                actor=system("users create-admin"),
            )
    except RuleBroken as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
    click.echo(f"Compte administrateur créé : {email}")
