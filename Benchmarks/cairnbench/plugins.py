"""What plugins cost the commands that fire their triggers."""

from cairnbench.commands import hyperfine, median_of
from cairnbench.host import progress, run
from cairnbench.table import Row, number

ADDED_LIMIT_MS = 1
IDLE_PLUGINS = 25
# A plugin's program is started by a shell that stands between it and Cairn, and finds an environment and files that are
# right at this moment; most of its own time is the start of bash.
NOOP_RATIO_LIMIT = 3


def measure(host):
    without = config_set(host)
    progress(f"Installing {IDLE_PLUGINS} plugins with nothing for the triggers that are fired")
    for index in range(IDLE_PLUGINS):
        # No command fires this one; a plugin needs some program.
        install(host, f"idle-{index:02}", {"service-list": "#!/usr/bin/env bash\n"})
    idle = config_set(host)
    install(host, "noop", {"post-config-update": "#!/usr/bin/env bash\n"})
    noop = config_set(host)
    alone = median_of(hyperfine(host, "the same program alone", str(host.work / "plugins/noop/post-config-update"), None))
    rows = [
        Row(f"{IDLE_PLUGINS} plugins that have nothing for its triggers add to `config:set`", idle - without, ADDED_LIMIT_MS, "ms",
            f"{number(without)} ms without any"),
        Row("a plugin in bash that does nothing adds to `config:set`, as a multiple of its own time",
            (noop - idle) / alone, NOOP_RATIO_LIMIT, "",
            f"{number(noop - idle)} ms, and started by itself {number(alone)} ms"),
    ]
    for name in ["noop"] + [f"idle-{index:02}" for index in range(IDLE_PLUGINS)]:
        host.cairn("plugin:uninstall", name)
    return rows


def config_set(host):
    """Fires `post-config-update`."""
    return median_of(hyperfine(
        host, "config:set", f"{host.executable} config:set --no-restart hello COLOUR=red", None,
        prepare=f"{host.executable} config:set --no-restart hello COLOUR=blue"))


def install(host, name, programs):
    directory = host.work / "plugins" / name
    directory.mkdir(parents=True)
    (directory / "plugin.toml").write_text('[plugin]\ndescription = "measured"\nversion = "1.0.0"\n[plugin.config]\n')
    for program, text in programs.items():
        (directory / program).write_text(text)
        (directory / program).chmod(0o755)
    run(host.executable, "plugin:install", directory, env=host.environment)
