import Foundation

extension TestHost {
    /// Makes a key pair in the pusher's home, and lets it in under the file's name.
    public func addKey(_ name: String, terminal: Bool = false) async throws {
        try await run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "\(home)/\(name)"]
        ).check()
        let key = try String(contentsOfFile: "\(home)/\(name).pub", encoding: .utf8)
        let options = terminal ? ["--terminal"] : []
        try await run(
            executable, ["ssh-keys:add"] + options + [name], input: key, environment: ["CAIRN_ROOT": root]
        ).check()
    }

    /// Runs the client of ssh with a key and options of the test's choice.
    ///
    /// - Parameter command: nil asks for a session without a command, as somebody does who wants a shell.
    public func sshClient(
        _ options: String..., key: String = "id_ed25519", command: String? = nil, input: String = ""
    ) async throws -> Outcome {
        let words = sshOptions(key: key) + options + ["-p", "\(sshPort)", "root@127.0.0.1"]
        return try await run("/usr/bin/ssh", words + (command.map { ["--", $0] } ?? []), input: input)
    }

    /// Asks for a session without a command as a person at a terminal does: script(1) lends one. What the terminal shows is
    /// the output.
    public func sshClientInTerminal(input: String) async throws -> Outcome {
        let line = (["ssh"] + sshOptions(key: "id_ed25519") + ["-p", "\(sshPort)", "root@127.0.0.1"]).joined(
            separator: " ")
        return try await run("/usr/bin/script", ["--quiet", "--command", line, "/dev/null"], input: input)
    }

    /// Runs another client that takes ssh's options, scp or sftp.
    public func copyClient(_ program: String, _ arguments: String..., input: String = "") async throws -> Outcome {
        try await run(
            program, sshOptions(key: "id_ed25519") + ["-P", "\(sshPort)"] + arguments, input: input,
            environment: ["HOME": home])
    }

    /// The variable that makes git use another key.
    public func gitSSHCommand(key: String) -> [String: String] {
        ["GIT_SSH_COMMAND": (["ssh"] + sshOptions(key: key)).joined(separator: " ")]
    }
}
