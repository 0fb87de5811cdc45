"""`python -m app.booking.seating serve [--policy exact|guarded|best_fit]`: the engine alone, driven line by line.

Neither Flask nor SQLAlchemy is imported. The protocol stands in docs/formats.md.
"""

import argparse
import sys

from app.booking.scenario import drive
from app.booking.seating.policy import Policy, PolicyName


def main(words: list[str]) -> None:
    """Answer standard input on standard output, each line as it comes; both in UTF-8, whatever the locale."""
    parser = argparse.ArgumentParser(prog="python -m app.booking.seating", description=__doc__)
    parser.add_argument("act", choices=("serve",))
    parser.add_argument("--policy", choices=[name.value for name in PolicyName], default=PolicyName.GUARDED.value)
    policy = Policy(PolicyName(parser.parse_args(words).policy))
    for answer in drive(sys.stdin.buffer, policy):
        sys.stdout.buffer.write(f"{answer}\n".encode())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
