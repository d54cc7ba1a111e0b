from pathlib import Path

SECRET_KEY = "of a test"
INSTALLED_APPS = ["django.contrib.staticfiles", "hello"]
STATIC_URL = "static/"
STATIC_ROOT = Path(__file__).parent.parent / "collected"
