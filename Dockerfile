# The portal as one image; web, worker, beat, sequencer and the migrate step differ in their command (docker-compose.yml).
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 \
    MODE=production DATA_DIR=/data
# The log's key belongs to the sequencer alone; nobody takes another's file out of a folder with the sticky bit.
RUN useradd --uid 10001 --create-home biro && useradd --uid 10002 --gid biro sequencer \
    && install -d -o biro -g biro /data && install -d -o sequencer -g biro -m 1770 /keys \
    && install -d -o sequencer -g biro /transparansi
WORKDIR /srv/biroumum
COPY requirements/run.txt requirements/run.txt
RUN pip install --require-hashes -r requirements/run.txt
COPY . .
RUN python -m biroumum.web.messages --compile
USER biro
VOLUME /data /keys /transparansi
EXPOSE 8000
CMD ["gunicorn", "biroumum.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--no-control-socket"]
