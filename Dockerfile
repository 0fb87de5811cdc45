# One image for every process of Guichet: web (the default), worker, scheduler, migrations.
#   docker build -t guichet .
#   docker run guichet flask --app wsgi worker

FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/guichet
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/guichet
ENV PATH=/opt/guichet/bin:$PATH
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY . .
RUN python bin/translations compile && python -m compileall -q app migrations wsgi.py

FROM python:3.11-slim-bookworm
# Pango and HarfBuzz draw the PDFs; the fonts are our own files.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 guichet \
    && useradd --uid 10001 --gid guichet --no-create-home --home-dir /var/lib/guichet --shell /usr/sbin/nologin guichet \
    && install -d -o guichet -g guichet -m 0700 /var/lib/guichet /var/lib/guichet-audit
COPY --from=build /opt/guichet /opt/guichet
COPY --from=build /srv/guichet /srv/guichet
WORKDIR /srv/guichet
ENV PATH=/opt/guichet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    DATA_DIR=/var/lib/guichet \
    AUDIT_HEAD_FILE=/var/lib/guichet-audit/head \
    EMBEDDED_VALKEY=no \
    BIND=0.0.0.0 \
    PORT=8000
USER 10001:10001
VOLUME ["/var/lib/guichet", "/var/lib/guichet-audit"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "deploy/healthcheck.py", "web"]
CMD ["flask", "--app", "wsgi", "web"]
