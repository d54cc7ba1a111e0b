import CairnTestSupport
import Foundation

/// A plugin that notes every call of a trigger: its name, its arguments and what it read, a line for each. For triggers
/// that a test names it also runs a few lines of shell.
struct NotingPlugin {
    let host: TestHost
    private var file: String { host.root + "/calls" }

    private static let script = #"""
        #!/usr/bin/env bash
        set -eu
        name=$(basename "$0")
        input=$(tr '\n' '/')
        line=$name
        for argument in "$@"; do line="$line|$argument"; done
        [[ -z "$input" ]] || line="$line|<$input"
        printf '%s\n' "$line" >>"$CAIRN_ROOT/calls"
        if [[ -f "$CAIRN_ROOT/behaviour/$name" ]]; then . "$CAIRN_ROOT/behaviour/$name"; fi
        """#

    /// Installs the plugin for the triggers. What it does at one, beside noting it, is a piece of bash.
    static func install(
        _ triggers: [String], doing behaviour: [String: String] = [:], on host: TestHost
    ) async throws -> NotingPlugin {
        let directory = host.home + "/noting"
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let manifest = "[plugin]\ndescription = \"notes calls\"\nversion = \"1.0.0\"\n[plugin.config]\n"
        try manifest.write(toFile: directory + "/plugin.toml", atomically: true, encoding: .utf8)
        for trigger in Set(triggers).union(behaviour.keys) {
            let path = "\(directory)/\(trigger)"
            try (script + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        let plugin = NotingPlugin(host: host)
        for (trigger, lines) in behaviour { try plugin.behave(lines, at: trigger) }
        try await host.cairn("plugin:install", directory, "--name", "noting").check()
        return plugin
    }

    /// Changes what the plugin does at a trigger that it was installed for; nil makes it note it only.
    func behave(_ lines: String?, at trigger: String) throws {
        let path = "\(host.root)/behaviour/\(trigger)"
        try FileManager.default.createDirectory(atPath: host.root + "/behaviour", withIntermediateDirectories: true)
        if let lines {
            try (lines + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// The calls since the last time this was asked.
    func calls() throws -> [String] {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        try? FileManager.default.removeItem(atPath: file)
        return text.split(separator: "\n").map { Self.withoutChance(String($0), root: host.root) }
    }

    /// What is different each time, by a word for its kind.
    private static func withoutChance(_ line: String, root: String) -> String {
        line.replacing(root, with: "ROOT")
            .replacing(#/work-\d+-[A-Za-z0-9]{6}/#, with: "WORK")
            .replacing(#/sha256:[0-9a-f]{64}/#, with: "IMAGE")
            .replacing(#/\b[0-9a-f]{64}\b/#, with: "CONTAINER")
            .replacing(#/\b[0-9a-f]{40}\b/#, with: "REVISION")
            .replacing(#/\b10\.\d+\.\d+\.\d+\b/#, with: "ADDRESS")
    }
}

extension [String] {
    /// The names of the triggers alone.
    var triggerNames: [String] { map { String($0.prefix { $0 != "|" }) } }
}
