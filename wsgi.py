"""What a web server and the `flask` command load. A configuration that makes no sense is told in plain lines."""

import sys

from app.application import create_app
from app.config import ConfigurationRefused

try:
    app = create_app()
except ConfigurationRefused as refusal:
    print("Guichet ne démarre pas, sa configuration est à corriger :", *refusal.problems, sep="\n  ", file=sys.stderr)  # noqa: T201
    sys.exit(2)
