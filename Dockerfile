# The service: the API, its description and console, and its worker. Context: the repository's root.
FROM swift:6.3-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends pkg-config libvips-dev libpango1.0-dev libavformat-dev \
    libavcodec-dev libavutil-dev libswresample-dev libswscale-dev libegl-dev libgles-dev libsqlite3-dev libpq-dev \
    python3 python3-pip \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# The models by themselves: they change less often than the source.
COPY scripts/fetch-models.sh scripts/
RUN scripts/fetch-models.sh
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product flexatar --static-swift-stdlib \
  && cp "$(swift build -c release --show-bin-path)/flexatar" /flexatar

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends libvips42 libpangoft2-1.0-0 fonts-wqy-microhei libavformat59 \
    libavcodec59 libavutil57 libswresample4 libswscale6 libegl1 libgles2 libegl-mesa0 libgl1-mesa-dri libsqlite3-0 \
    libpq5 util-linux ca-certificates curl tzdata \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --home-dir /srv/flexatar --shell /usr/sbin/nologin flexatar \
  && install -d -o flexatar -g flexatar -m 700 /data /data/objects /data/tmp
COPY --from=build /flexatar /usr/local/bin/flexatar
COPY --from=build /source/cache/models /srv/flexatar/cache/models
COPY Models /srv/flexatar/Models
COPY web/api /srv/flexatar/web/api
COPY web/pages /srv/flexatar/web/pages
COPY web/demo/icon.svg /srv/flexatar/web/demo/icon.svg
ENV FLEXATAR_HOME=/srv/flexatar DATABASE_URL=/data/flexatar.sqlite OBJECTS_FOLDER=/data/objects TMPDIR=/data/tmp
USER 10001
WORKDIR /srv/flexatar
VOLUME /data
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["curl", "-sSf", "-o", "/dev/null", "http://127.0.0.1:8081/ready"]
ENTRYPOINT ["flexatar"]
CMD ["serve", "--api-only", "--host", "0.0.0.0"]
