import importlib.metadata
import os

from bottle import get, run


@get("/")
def hello():
    return f'Hello from uv, bottle {importlib.metadata.version("bottle")}\n'


run(host="0.0.0.0", port=int(os.environ["PORT"]), quiet=True)
