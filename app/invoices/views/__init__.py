"""The pages of invoices."""

from app.invoices.views import papers, recipients, settings

BLUEPRINTS = (recipients.bp, papers.bp, settings.bp)
