# The portal's image: one for web, workers, beat and the migrations step; docker-compose.yml says what runs where.
# Built with `docker compose build`. Behind a mirror: --build-arg PIP_INDEX_URL=… --build-arg NPM_CONFIG_REGISTRY=…

# --- Packages: wheels only, so that no stage needs a compiler, and only those whose hashes are written down ---------
FROM python:3.11-slim-bookworm AS packages
ARG PIP_INDEX_URL
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv --without-pip /opt/opora \
    && pip --python /opt/opora/bin/python install --no-cache-dir --no-compile --disable-pip-version-check \
        --require-hashes --only-binary=:all: --requirement /tmp/base.txt

# --- What pages load ------------------------------------------------------------------------------------------------
FROM node:24-bookworm-slim AS front-end
ARG NPM_CONFIG_REGISTRY
WORKDIR /front-end
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-progress --loglevel=error

# --- The portal itself, with its static files hashed and compressed --------------------------------------------------
# Open to whoever it runs as, also where it was cloned for one person's eyes alone (umask 077).
FROM packages AS portal
ENV PATH=/opt/opora/bin:$PATH
WORKDIR /app
COPY . .
COPY --from=front-end /front-end/node_modules node_modules
RUN python -m config.vendor \
    && rm -r node_modules \
    && DATABASE_URL=postgres://build@localhost/build SECRET_KEY=build ALLOWED_HOSTS=build EMAIL_URL=smtp://build \
        VAR_DIR=/tmp/var STATIC_ROOT=/srv/static python manage.py collectstatic --noinput --verbosity=0 \
    && python -m compileall -q -j 0 /opt/opora/lib /app \
    && chmod -R a+rX /opt/opora /srv/static /app

# --- What runs --------------------------------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Опора" \
      org.opencontainers.image.description="Portal of municipal support for schools with low results" \
      org.opencontainers.image.version="0.1.0"
# Pango and HarfBuzz draw the documents, always in the same fonts: PT Sans and PT Serif.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fontconfig fonts-paratype libfontconfig1 libharfbuzz-subset0 libharfbuzz0b libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && fc-cache --force \
    && groupadd --system --gid 10001 opora \
    && useradd --system --uid 10001 --gid opora --home-dir /tmp --no-create-home --shell /usr/sbin/nologin opora \
    && install --directory --owner=opora --group=opora --mode=0700 /var/lib/opora
COPY --from=portal /opt/opora /opt/opora
COPY --from=portal /srv/static /srv/static
COPY --from=portal /app /app
ENV PATH=/opt/opora/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/opora \
    STATIC_ROOT=/srv/static
WORKDIR /app
USER opora
# Uploads until they are read, kept sheets and documents: shared by web and workers. All else may be read-only but /tmp.
VOLUME /var/lib/opora
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=3 CMD ["python", "-P", "config/probe.py"]
CMD ["gunicorn", "--config=python:config.gunicorn", "config.wsgi"]
