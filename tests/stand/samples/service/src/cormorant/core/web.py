"""The service over HTTP."""

from http.server import BaseHTTPRequestHandler

from cormorant.core.fish import price


def handler():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(str(price(1)).encode())

    return Handler
