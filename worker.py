"""Runs the worker alone, as `flask worker` does: `python worker.py`."""

from app.kernel.supervisor import run_worker
from wsgi import app

if __name__ == "__main__":
    run_worker(app)
