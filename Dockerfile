# One image per service (`--target gateway`, `ingest`, `dispatcher`, `reporting`, `simulator`, `setup`), and last, as the
# default, all of Parley in one container for a trial:
#
#   docker build -t parley . && docker run -p 8080:8080 parley
#
# Node runs the sources as they are: there is no build step. Every image runs as `node` (1000) and writes only to /tmp
# and, where there is one, to its volume, so all of them take a read-only root.

FROM node:24-bookworm-slim AS manifests
WORKDIR /clone
COPY . .
RUN mkdir /manifests && cp --parents package.json package-lock.json .npmrc */*/package.json /manifests

# Dependencies are fetched again only when a manifest or the lock file has changed.
FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

# The same with PostgreSQL and nats-server, whose library links are made here: the root is read-only later on.
FROM modules AS modules-and-servers
RUN npm ci --omit=dev && npm cache clean --force
COPY tools/launcher tools/launcher
RUN node -e "import('/app/tools/launcher/src/servers/postgres-binaries.ts').then((it) => it.postgresBinaries(undefined))"

FROM node:24-bookworm-slim AS base
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY packages/contracts packages/contracts
COPY packages/platform packages/platform
COPY packages/providers packages/providers

# What every service's image is made of. Health and metrics are asked for from other containers.
FROM base AS service
ENV METRICS_HOST=0.0.0.0 METRICS_PORT=9090
COPY --from=modules /app/node_modules node_modules
USER node
EXPOSE 9090
HEALTHCHECK --interval=5s --timeout=15s --start-period=120s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM service AS gateway
ENV HOST=0.0.0.0 PORT=8080
COPY services/gateway services/gateway
EXPOSE 8080
CMD ["node", "services/gateway/src/main.ts"]

FROM service AS ingest
COPY services/ingest services/ingest
CMD ["node", "services/ingest/src/main.ts"]

FROM service AS dispatcher
COPY services/dispatcher services/dispatcher
CMD ["node", "services/dispatcher/src/main.ts"]

FROM service AS reporting
COPY services/reporting services/reporting
CMD ["node", "services/reporting/src/main.ts"]

FROM base AS simulator
ENV HOST=0.0.0.0 PORT=8090
COPY --from=modules /app/node_modules node_modules
COPY tools/simulator tools/simulator
USER node
EXPOSE 8090
HEALTHCHECK --interval=5s --timeout=15s --start-period=120s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8090/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "tools/simulator/src/main.ts"]

# Runs to its end: makes an installation's secrets, its database, its demo account. The directories give the volumes
# that are mounted there an owner.
FROM base AS setup
COPY --from=modules /app/node_modules node_modules
COPY services services
COPY tools/launcher tools/launcher
RUN install -d -o node -g node /secrets /volumes && cd / && \
  install -d -o node -g node secrets/keys secrets/postgres secrets/nats secrets/gateway secrets/ingest \
    secrets/dispatcher secrets/reporting secrets/simulator secrets/grafana volumes/nats volumes/nats-2 volumes/nats-3
USER node
ENTRYPOINT ["node", "tools/launcher/src/compose/main.ts"]
CMD ["help"]

FROM base AS parley
COPY --from=modules-and-servers /app/node_modules node_modules
COPY services services
COPY tools/launcher tools/launcher
COPY tools/simulator tools/simulator
RUN install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=15s --start-period=240s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "tools/launcher/src/main.ts", "start", "--host", "0.0.0.0", "--port", "8080", "--data", "/data"]
