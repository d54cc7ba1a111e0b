"""A temporary Cairn: a state root with its own nginx, sshd and daemon on private ports."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

NGINX = "/usr/sbin/nginx"
SSHD = "/usr/sbin/sshd"


def progress(text):
    print(f"-----> {text}", file=sys.stderr, flush=True)


def run(*arguments, **options):
    """Runs a program and returns what it printed; a failure carries what it said."""
    options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(
            f" !     {' '.join(map(str, arguments))} failed with status {done.returncode}:\n"
            f"{(done.stdout + done.stderr)[-4000:]}"
        )
    return done.stdout


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f" !     {what} did not happen within {seconds} s.")
        time.sleep(0.02)


class Host:
    """Set up on entering, stopped on leaving; the files go with the temporary root."""

    def __init__(self, options):
        self.executable = Path(options.executable).resolve()
        self.engine_socket = options.engine_socket
        self.work = Path(options.work)
        self.tree = Path(options.tree)
        self.sample = self.tree / "share" / "sample-app"
        self.root = self.work / "state"
        first = int(options.ports.split("-")[0])
        self.http_port, self.https_port, self.ssh_port, self.bare_port = range(first, first + 4)
        self.dns_port, self.discovery_port = range(first + 4, first + 6)
        self.nginx_configuration = self.work / "nginx.conf"
        self.key = self.work / "key"
        self.daemon = None
        self.sshd = None
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.root),
            "LANG": "C.UTF-8",
            "CAIRN_ROOT": str(self.root),
        }

    def __enter__(self):
        progress(f"Starting nginx, sshd and the daemon below {self.work}")
        self.root.mkdir(mode=0o711)
        self.link_shared_files()
        self.write_settings()
        self.write_nginx_configuration()
        self.cairn("setup")
        run(NGINX, "-c", self.nginx_configuration)
        self.start_sshd()
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", self.key)
        self.cairn("ssh-keys:add", "bench", f"{self.key}.pub")
        self.cairn("domains:set-global", "bench.localhost")
        self.daemon = subprocess.Popen(
            [self.executable, "daemon"], env=self.environment, stdin=subprocess.DEVNULL,
            stdout=open(self.work / "daemon.log", "wb"), stderr=subprocess.STDOUT,
        )
        return self

    def __exit__(self, *_):
        for process in (self.daemon, self.sshd):
            if process is not None:
                process.terminate()
                process.wait(timeout=30)
        subprocess.run([NGINX, "-s", "quit", "-c", self.nginx_configuration], capture_output=True)

    def link_shared_files(self):
        """What an installation copies to its share directory."""
        share = self.work / "share"
        share.mkdir()
        for name, source in (("plugins", "plugins"), ("buildpacks", "buildpacks"), ("shim", "share/shim")):
            (share / name).symlink_to(self.tree / source)

    def write_settings(self):
        settings = {
            "CAIRN_ENGINE_SOCKET": self.engine_socket,
            "CAIRN_NGINX_CONF": self.nginx_configuration,
            "CAIRN_NGINX_SUDO": "no",
            # Beside the standard pool, so that an installed Cairn on this machine is not in the way.
            "CAIRN_NETWORK_POOL": "10.250.0.0/16",
            "CAIRN_HTTP_PORT": self.http_port,
            "CAIRN_HTTPS_PORT": self.https_port,
            "CAIRN_EXECUTABLE": self.executable,
            "CAIRN_SSH_PORT": self.ssh_port,
            "CAIRN_SHARE": self.work / "share",
            "CAIRN_DNS_LISTEN": f"127.0.0.1:{self.dns_port}",
            "CAIRN_HTTP_LISTEN": f"127.0.0.1:{self.discovery_port}",
        }
        text = "".join(f"{key}={value}\n" for key, value in settings.items())
        (self.root / "host.env").write_text(text)

    def write_nginx_configuration(self):
        self.nginx_configuration.write_text(
            f"include /etc/nginx/modules-enabled/*.conf;\n"
            f"pid {self.work}/nginx.pid;\nerror_log {self.work}/nginx-error.log;\n"
            "events { worker_connections 4096; }\n"
            f"http {{ include /etc/nginx/mime.types; access_log off; include {self.root}/nginx/cairn.conf; }}\n"
        )

    def start_sshd(self):
        """One server for both sides of the comparison: keys of Cairn with a forced command, keys of the script without."""
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.work / "host_key")
        configuration = self.work / "sshd_config"
        configuration.write_text(
            f"Port {self.ssh_port}\nListenAddress 127.0.0.1\nHostKey {self.work}/host_key\nPidFile none\n"
            f"AuthorizedKeysFile {self.root}/.ssh/authorized_keys {self.work}/bare_keys\n"
            f"StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nPrintMotd no\n"
            f"SetEnv CAIRN_ROOT={self.root}\n"
        )
        self.sshd = subprocess.Popen(
            [SSHD, "-D", "-E", self.work / "sshd.log", "-f", configuration], stdin=subprocess.DEVNULL)
        host_key = (self.work / "host_key.pub").read_text().split()
        (self.work / "known_hosts").write_text(f"[127.0.0.1]:{self.ssh_port} {host_key[0]} {host_key[1]}\n")
        wait_until(lambda: listens(self.ssh_port), 10, "sshd listening")

    def cairn(self, *arguments):
        return run(self.executable, *arguments, env=self.environment)

    def git_environment(self, key):
        ssh = (
            f"ssh -F /dev/null -i {key} -p {self.ssh_port} -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes"
            f" -o UserKnownHostsFile={self.work}/known_hosts -o StrictHostKeyChecking=yes"
        )
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.work), "GIT_SSH_COMMAND": ssh, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Bench", "GIT_AUTHOR_EMAIL": "bench@localhost",
            "GIT_COMMITTER_NAME": "Bench", "GIT_COMMITTER_EMAIL": "bench@localhost",
        }

    def remote(self, app):
        return f"ssh://root@127.0.0.1:{self.ssh_port}/{app}"

    def repository(self, name):
        """A working copy of the sample app, committed once."""
        path = self.working_copy(self.sample, name)
        git = self.git_environment(self.key)
        run("git", "-C", path, "add", "--all", env=git)
        run("git", "-C", path, "commit", "--quiet", "--message=first", env=git)
        return path

    def copy_of_fixture(self, fixture, name):
        """A working copy of one of the tests' apps, nothing committed."""
        return self.working_copy(self.tree / "Tests" / "Fixtures" / "apps" / fixture, name)

    def working_copy(self, source, name):
        path = self.work / f"source-{name}"
        shutil.copytree(source, path)
        run("git", "init", "--quiet", "--initial-branch=main", path, env=self.git_environment(self.key))
        return path

    def deploy_sample(self, app):
        progress(f"Deploying the sample app as {app}")
        path = self.repository(app)
        run("git", "-C", path, "push", "--quiet", self.remote(app), "main", env=self.git_environment(self.key))
        self.cairn("config:set", "--no-restart", app, "COLOUR=blue")
        return path

    def create_apps(self, count):
        """Makes apps until there are `count` beside the deployed ones."""
        progress(f"Creating apps up to {count:,}")
        for index in range(count):
            name = f"app-{index:04}"
            if not (self.root / "repos" / f"{name}.git").exists():
                self.cairn("apps:create", name)

    def certificate(self, name):
        """A PEM file with a key and its self-signed certificate."""
        key, chain, pair = (self.work / f"{name}.{ending}" for ending in ("key", "crt", "pem"))
        run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", key, "-out", chain)
        pair.write_text(key.read_text() + chain.read_text())
        return pair

    def engine_version(self):
        answer = run("curl", "--silent", "--unix-socket", self.engine_socket, "http://engine/version")
        version = json.loads(answer)
        return f"engine {version['Version']} (API {version['ApiVersion']})"


def listens(port):
    return bool(run("ss", "-Hltn", f"sport = :{port}").strip())
