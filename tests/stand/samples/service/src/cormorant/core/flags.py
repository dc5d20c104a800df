"""What is merged every day and not switched on yet."""

import os

NEW_BILLING = False


def is_on(name: str) -> bool:
    return bool(os.environ.get("CORMORANT_" + name)) or bool(globals().get(name))
