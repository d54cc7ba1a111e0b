public import CairnCore

/// What a plugin's program is written in.
public enum PluginLanguage: String, CaseIterable, Sendable {
    case bash, python, swift
}

/// The files of a new plugin: a command `NAME:hello`, a trigger, and a test.
public struct PluginSkeleton: Sendable {
    let name: PluginName
    let language: PluginLanguage

    public init(name: PluginName, language: PluginLanguage) {
        self.name = name
        self.language = language
    }

    /// What to do next.
    public var advice: [String] {
        let build = language == .swift ? ["Build it: (cd \(name) && ./build)"] : []
        return build + ["Test it: cairn plugin:test \(name)", "Install it: sudo cairn plugin:install ./\(name)"]
    }

    /// - Throws: `E-NAME-TAKEN` when there is something with the plugin's name, `E-IO`.
    public func write(to directory: String) throws(CairnError) {
        let root = "\(directory)/\(name)"
        guard !FileSystem.exists(root) else {
            throw CairnError(.nameTaken, "There is something called \(name) here", hint: "Remove it, or go elsewhere.")
        }
        for file in files {
            let path = root + "/" + file.path
            if let slash = path.lastIndex(of: "/") { try FileSystem.makeDirectory(String(path[..<slash])) }
            try FileSystem.replace(path, with: Array(file.text.utf8), mode: file.isProgram ? 0o755 : 0o644)
        }
    }

    private struct File {
        let path: String
        let text: String
        var isProgram = true
    }

    private var files: [File] {
        let common = [
            File(path: "plugin.toml", text: manifest, isProgram: false),
            File(path: "README.md", text: readme, isProgram: false),
            File(path: "commands", text: helpProgram),
            File(path: "tests/hello", text: test),
        ]
        return common + programs
    }

    private var programs: [File] {
        switch language {
        case .bash:
            [
                File(path: "subcommands/hello", text: PluginTemplates.bashCommand),
                File(path: "post-deploy", text: PluginTemplates.bashTrigger),
            ]
        case .python:
            [
                File(path: "subcommands/hello", text: PluginTemplates.pythonCommand),
                File(path: "post-deploy", text: PluginTemplates.pythonTrigger),
            ]
        case .swift:
            [
                File(path: "plugin.swift", text: PluginTemplates.swiftProgram, isProgram: false),
                File(path: "build", text: PluginTemplates.swiftBuild),
            ]
        }
    }

    private var manifest: String {
        """
        [plugin]
        description = "Says hello, and notices deploys"
        version = "0.1.0"

        [plugin.config]
        greeting = "Hello"

        """
    }

    private var readme: String {
        """
        # \(name)

        A plugin for Cairn.

        - `cairn \(name):hello NAME` says hello.
        - `post-deploy` prints a line when an app has been deployed.

        """
    }

    private var helpProgram: String {
        """
        #!/bin/sh
        # What the plugin says of itself: in `cairn help`, and at `cairn \(name)` and `cairn \(name):help`. In the lines below,
        # what stands before the first comma is the command.
        case "${1:-}" in
            help | \(name) | \(name):help) ;;
            # Not implemented.
            *) exit 10 ;;
        esac
        cat <<'END'
            \(name), Says hello, and notices deploys
            \(name):hello <name>, Say hello
        END

        """
    }

    private var test: String {
        let check = #"[ -x "$CAIRN_PLUGIN_PATH/program" ] || { echo "It has not been built: run ./build"; exit 1; }"#
        return """
            #!/bin/sh
            # Run by `cairn plugin:test`: status 0 says that everything is as it should be.
            set -eu
            \(language == .swift ? check + "\n" : "")output=$("$CAIRN_PLUGIN_PATH/subcommands/hello" \(name):hello World)
            [ "$output" = "Hello, World" ] || { echo "said: $output"; exit 1; }

            output=$("$CAIRN_PLUGIN_PATH/post-deploy" web "" "" latest)
            [ "$output" = "-----> web was deployed" ] || { echo "said: $output"; exit 1; }

            """
    }
}
