"""Attachments on an object store: what STORAGE_URL says, spoken to a server that keeps them in a dict."""

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.db import transaction

from biroumum.documents import store

ROOT = Path(__file__).resolve().parents[2]
SECRET = "ab/cd+ef=="


def options_of(address):
    code = "import json; from biroumum import settings as s; print(json.dumps(s.STORAGES['default']))"
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": "/nonexistent", "STORAGE_URL": address}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True)
    return json.loads(done.stdout)


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as the portal uses; the requests say by whom and for which region they are signed."""

    protocol_version = "HTTP/1.1"
    kept, signed = {}, []

    def answer(self, status, content=b""):
        self.signed.append(self.headers.get("Authorization", ""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", format_datetime(dt.datetime.now(dt.UTC), usegmt=True))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def do_GET(self):
        found = self.kept.get(self.path)
        self.answer(404) if found is None else self.answer(200, found)

    do_HEAD = do_GET

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            size, _line, rest = body.partition(b"\r\n")
            body = rest[: int(size.partition(b";")[0], 16)]
        self.kept[self.path] = body
        self.answer(200)

    def do_DELETE(self):
        self.kept.pop(self.path, None)
        self.answer(204)

    def log_message(self, *args):
        pass


@pytest.fixture
def bucket():
    Bucket.kept, Bucket.signed = {}, []
    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_address_names_host_bucket_region_and_a_secret_of_any_signs():
    given = options_of("s3://kunci:ab%2Fcd%2Bef%3D%3D@s3.example:9000/berkas?region=ap-x")["OPTIONS"]
    assert (given["access_key"], given["secret_key"]) == ("kunci", SECRET)
    assert (given["bucket_name"], given["region_name"]) == ("berkas", "ap-x")
    assert given["endpoint_url"] == "https://s3.example:9000"
    assert options_of("s3://a:b@s3.example/berkas?tls=0")["OPTIONS"]["endpoint_url"] == "http://s3.example"


def test_content_is_kept_once_read_back_and_removed(db, settings, bucket):
    address = f"s3://kunci:rahasia@127.0.0.1:{bucket}/ember?region=ap-southeast-3&tls=0"
    settings.STORAGES = settings.STORAGES | {"default": options_of(address)}
    content = b"%PDF-1.7 lampu" * 100
    with transaction.atomic():
        digests = {store.put(content), store.put(content)}
    assert digests == {hashlib.sha256(content).hexdigest()}
    assert list(Bucket.kept.values()) == [content]
    with store.open_content(*digests) as file:
        assert file.read() == content
    assert all("kunci/" in line and "/ap-southeast-3/s3/" in line for line in Bucket.signed)
    store.remove(*digests)
    assert not Bucket.kept
    with pytest.raises(FileNotFoundError):
        store.open_content(*digests).read()
