# The runner in a small image, without root. `docker build -t showrunner .`

FROM rust:1.95-bookworm AS build
# npm brings hls.js into the binary, so that the player page works without a network.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --locked --release && cp target/release/runner /runner

FROM debian:bookworm-slim
# Whom to trust, and what asks for its health.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin runner \
 && install --directory --owner=runner --group=runner --mode=0700 /data
COPY --from=build /runner /usr/local/bin/runner
COPY scripts /show/scripts
COPY facts /show/facts
WORKDIR /show
USER runner
VOLUME /data
# Player page and local channel; the operator's desk, which a port outside is not given lightly.
EXPOSE 5001 5002
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["curl", "--silent", "--fail", "--max-time", "2", "http://127.0.0.1:5002/healthz"]
ENTRYPOINT ["runner"]
CMD ["scripts/cat_facts.rhai", "--data", "/data", "--bind", "0.0.0.0"]
