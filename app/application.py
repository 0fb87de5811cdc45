"""The application, put together."""

from flask import Flask
from flask_compress import Compress

from app.config import ROOT, Configuration, read_configuration
from app.kernel import delivery, kernel_cli, mail, sms  # noqa: F401 - delivery and the ways of messages declare themselves
from app.kernel.assets import init_assets
from app.kernel.broker import init_broker
from app.kernel.datasets import init_datasets
from app.kernel.db import init_database
from app.kernel.figures import init_figures
from app.kernel.file_views import init_files
from app.kernel.guards import refuse_undeclared
from app.kernel.health import init_health
from app.kernel.languages import init_languages
from app.kernel.limits import init_limits
from app.kernel.logs import init_logs
from app.kernel.security import init_security
from app.kernel.topics import init_topics
from app.kernel.web import init_errors
from app.slices import SLICES


def create_app(configuration: Configuration | None = None) -> Flask:
    """Build the application: settings, mechanisms, slices."""
    configuration = configuration or read_configuration()
    app = Flask("app", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        {name.upper(): value for name, value in vars(configuration).items()},
        ROOT=ROOT,
        STATIC_DIR=ROOT / "static",
        CONFIGURATION=configuration,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    init_logs(app, configuration)
    init_security(app, configuration)
    init_database(app, configuration.database_url)
    init_broker(app, configuration.broker_url)
    init_topics(app)
    init_languages(app)
    init_limits(app)
    init_assets(app)
    app.config.update(COMPRESS_ALGORITHM=["zstd", "br", "gzip"], COMPRESS_STREAMS=False)
    Compress(app)
    init_errors(app)
    init_health(app)
    app.before_request(refuse_undeclared)
    app.register_blueprint(kernel_cli.bp)
    init_datasets(app)
    init_figures(app)
    init_files(app)
    for slice_ in SLICES:
        slice_.init_app(app)
    return app
