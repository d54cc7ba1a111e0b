import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return f"Hello from Python, {os.environ.get('GREETING', 'world')}\n"
