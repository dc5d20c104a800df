"""Configuration, start-up and one call; what it does is in core."""

import os
from http.server import HTTPServer

from cormorant.core.web import handler

if __name__ == "__main__":
    HTTPServer(("", int(os.environ.get("PORT", "8000"))), handler()).serve_forever()
