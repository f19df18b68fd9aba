"""The HTTP clients of Python's standard library.

    plain_http.py HOST:PORT     (a predictor with the test models)
"""
import gzip
import http.client
import json
import urllib.error
import urllib.request
import zlib

from checks import holds, run, same

FIXED = b'{"instances":[[1,2,3],[4,5,6]]}'
ANSWER = {"predictions": [6, 15]}


def urllib_posts_a_form(address):
    # urllib sends every body with the content type of a form, which the server must ignore.
    with urllib.request.urlopen(f"http://{address}/v1/models/fixed:predict", FIXED, 30) as response:
        same("type", response.headers["Content-Type"], "application/json")
        same("answer", json.loads(response.read()), ANSWER)


def urllib_raises_with_the_text(address):
    try:
        urllib.request.urlopen(f"http://{address}/v1/models/none:predict", FIXED, 30)
        holds("an unknown model is rejected", False)
    except urllib.error.HTTPError as error:
        same("status", error.code, 404)
        same("text", json.loads(error.read())["error"], "Model with name none does not exist.")


def accepts_gzip_and_deflate_like_requests(address):
    rows = json.dumps({"instances": [[5.1, 3.5, 1.4, 0.2]] * 200}).encode()
    plain = json.loads(_send(address, rows, {})[1])
    for accepted, coding, decode in (("gzip, deflate", "gzip", gzip.decompress), ("gzip, deflate, br, zstd", "gzip", gzip.decompress),
                                     ("deflate", "deflate", zlib.decompress), ("br", None, bytes), ("gzip;q=0, identity", None, bytes)):
        response, data = _send(address, rows, {"Accept-Encoding": accepted, "Accept": "*/*", "Content-Type": "application/json"})
        same(f"coding for '{accepted}'", response.getheader("Content-Encoding"), coding)
        same(f"length for '{accepted}'", int(response.getheader("Content-Length")), len(data))
        same(f"answer for '{accepted}'", json.loads(decode(data)), plain)


def many_on_one_connection(address):
    connection = http.client.HTTPConnection(address, timeout=30)
    for body, status in [(FIXED, 200), (b"{", 400), (FIXED, 200), (b"x" * 70_000, 400), (FIXED, 200)] * 20:
        connection.request("POST", "/v1/models/fixed:predict", body, {"Content-Type": "text/plain"})
        response = connection.getresponse()
        data = response.read()
        same("status", response.status, status)
        holds("the connection stays open", connection.sock is not None)
        if status == 200:
            same("answer", json.loads(data), ANSWER)
    connection.close()


def chunked_bodies(address):
    connection = http.client.HTTPConnection(address, timeout=30)
    # An iterable is sent in chunks, here of one byte each.
    pieces = (FIXED[i:i + 1] for i in range(len(FIXED)))
    connection.request("POST", "/v1/models/fixed:predict", pieces, {"Transfer-Encoding": "chunked"}, encode_chunked=True)
    same("answer", json.loads(connection.getresponse().read()), ANSWER)
    connection.close()


def _send(address, body, headers):
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("POST", "/v1/models/iris-mlp:predict", body, headers)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response, data


if __name__ == "__main__":
    run([urllib_posts_a_form, urllib_raises_with_the_text, accepts_gzip_and_deflate_like_requests, many_on_one_connection, chunked_bodies])
