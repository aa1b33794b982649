# Autopack, web and worker in one image. There is no build step: Node runs the source as it is.
FROM node:24-bookworm-slim

# git and bubblewrap are what a worker needs; agents and test commands see the same programs below /usr.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY LICENSE ./
COPY migrations migrations
COPY src src

# Mirrors and checkouts and, without DATABASE_URL, the database.
RUN install --directory --owner=node --group=node /data
VOLUME /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 AUTOPACK_DATA=/data

USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

ENTRYPOINT ["node", "src/cli/autopack.js"]
CMD ["start"]
