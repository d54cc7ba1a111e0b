"""The bare script Cairn is measured against: the same work with no safety at all."""

import subprocess
from pathlib import Path

from cairnbench.host import NGINX, run

# No lock, no health check, no way back: build, run, point nginx at it.
HOOK = """#!/bin/sh
set -e
read -r old new ref
git archive --format=tar "$new" | DOCKER_BUILDKIT=1 {docker} build --quiet --tag {image}:latest - >/dev/null
container=$({docker} run --detach --label cairn-bench={label} --env PORT=5000 {image}:latest perl server.pl)
address=$({docker} inspect --format '{{{{.NetworkSettings.IPAddress}}}}' "$container")
echo "upstream app {{ server $address:5000; }}" >{directory}/upstream.conf
{nginx} -s reload -c {directory}/nginx.conf
"""

CONFIGURATION = """pid {directory}/nginx.pid;
error_log {directory}/nginx-error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    include {directory}/upstream.conf;
    server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://app; }} }}
}}
"""


class BareHost:
    """A bare repository with a post-receive hook, and an nginx of its own, reached through the same sshd."""

    def __init__(self, host):
        self.host = host
        self.directory = host.work / "bare"
        self.repository = self.directory / "app.git"
        self.key = self.directory / "key"
        self.label = host.work.name
        self.image = f"cairn-bench-{self.label.rsplit('.', 1)[-1].lower()}"
        self.docker = buildkit_docker()
        self.environment = dict(host.environment, DOCKER_HOST=f"unix://{host.engine_socket}")

    def __enter__(self):
        self.directory.mkdir()
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bare", "-f", self.key)
        (self.host.work / "bare_keys").write_text(Path(f"{self.key}.pub").read_text())
        run("git", "init", "--quiet", "--bare", "--initial-branch=main", self.repository)
        hook = self.repository / "hooks" / "post-receive"
        hook.write_text(HOOK.format(
            docker=f"{self.docker} --host unix://{self.host.engine_socket}", image=self.image, label=self.label,
            directory=self.directory, nginx=NGINX))
        hook.chmod(0o755)
        (self.directory / "upstream.conf").write_text("upstream app { server 127.0.0.1:9; }\n")
        configuration = self.directory / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(directory=self.directory, port=self.host.bare_port))
        run(NGINX, "-c", configuration)
        return self

    def __exit__(self, *_):
        subprocess.run([NGINX, "-s", "quit", "-c", self.directory / "nginx.conf"], capture_output=True)
        self.remove_containers(keep=0)
        subprocess.run([self.docker, "rmi", "--force", self.image], env=self.environment, capture_output=True)

    @property
    def remote(self):
        return f"ssh://root@127.0.0.1:{self.host.ssh_port}{self.repository}"

    def remove_containers(self, keep):
        """Between rounds, outside of the measured time: the script itself does not even stop its old containers."""
        listed = run(self.docker, "ps", "--quiet", "--filter", f"label=cairn-bench={self.label}", env=self.environment)
        for container in listed.split()[keep:]:
            run(self.docker, "rm", "--force", container, env=self.environment)


def buildkit_docker():
    """A docker command line that builds with BuildKit as Cairn does: an older one does so itself, a newer one by a plugin."""
    for docker in ("/usr/bin/docker", "/usr/local/bin/docker"):
        if not Path(docker).exists():
            continue
        help_text = subprocess.run(
            [docker, "build", "--help"], capture_output=True, text=True, env={"DOCKER_BUILDKIT": "1", "HOME": "/root"})
        if "--progress" in help_text.stdout:
            return docker
    raise SystemExit(" !     No docker command line with BuildKit: install docker-buildx, then run this again.")
