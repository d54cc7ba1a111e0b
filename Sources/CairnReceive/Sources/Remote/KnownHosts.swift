public import CairnCore
import CairnFiles
import Subprocess
import SystemPackage

/// The hosts whose keys ssh takes for good.
public struct KnownHosts: Sendable {
    private let path: String

    public init(_ credentials: HostCredentials) { path = credentials.knownHosts }

    /// A host and its port, as people write it: `example.com`, `example.com:2222`, `[::1]:2222`.
    public struct Host: Sendable, Equatable {
        let name: String
        let port: Int

        /// - Throws: `E-INVALID-VALUE`.
        public init(validating text: String) throws(CairnError) {
            var name = text[...]
            var digits: Substring = "22"
            if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
                name = text[text.index(after: text.startIndex)..<end]
                let rest = text[text.index(after: end)...]
                digits = rest.isEmpty ? "22" : rest.hasPrefix(":") ? rest.dropFirst() : ""
            } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
                name = text[..<colon]
                digits = text[text.index(after: colon)...]
            }
            let isName =
                !name.isEmpty && name.utf8.count <= 253 && !name.hasPrefix("-")
                && name.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || ".-:_".utf8.contains(byte)
                }
            guard isName, let port = Int(digits), (1...65_535).contains(port) else {
                throw CairnError(
                    .invalidValue, "'\(text.excerpt())' is not the name of a host",
                    hint: "For example: example.com, 192.0.2.7, example.com:2222")
            }
            self.name = String(name)
            self.port = port
        }
    }

    /// Asks a host for its keys, and keeps them.
    ///
    /// - Parameter replacing: Takes new keys for good where others are known.
    /// - Returns: The keys' fingerprints.
    /// - Throws: `E-FETCH` when the host does not answer; `E-NOT-ALLOWED` when it has other keys than are known.
    public func add(_ host: Host, replacing: Bool) async throws -> [String] {
        let scan = try await Subprocess.run(
            .name("ssh-keyscan"), arguments: ["-T", "10", "-p", "\(host.port)", "--", host.name],
            environment: ChildEnvironment(HostCredentials.variables).custom, output: .string(limit: 256 << 10),
            error: .string(limit: 64 << 10))
        let found = scan.standardOutput.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        guard !found.isEmpty else {
            throw CairnError(
                .fetchFailed, "The host \(host.name) has not told its ssh keys on port \(host.port)",
                hint: "Check its name, and whether this host reaches it.",
                evidence: scan.standardError.split(separator: "\n").filter { !$0.hasPrefix("#") }.suffix(3).map(
                    String.init))
        }
        let known = (Files.readIfPresent(FilePath(path)) ?? "").split(separator: "\n").map(String.init)
        let kept = try Self.merge(known, found, replacing: replacing)
        try Files.makeDirectory(FilePath(path).removingLastComponent(), mode: 0o700)
        try Files.write(kept.joined(separator: "\n") + "\n", to: FilePath(path), mode: 0o644)
        return try await fingerprints(of: found)
    }

    /// The lines of the file with the new ones: `host kind key` each.
    static func merge(_ known: [String], _ found: [String], replacing: Bool) throws(CairnError) -> [String] {
        func name(_ line: String) -> [Substring] { Array(line.split(separator: " ").prefix(2)) }
        let names = Set(found.map(name))
        for line in known where names.contains(name(line)) && !found.contains(line) && !replacing {
            throw CairnError(
                .notAllowed, "The host \(name(line).joined(separator: " ")) has another key than the one that is known",
                hint:
                    "If its key was really changed: cairn --force git:allow-host HOST. If not, somebody else may answer for it."
            )
        }
        return known.filter { !names.contains(name($0)) } + found
    }

    private func fingerprints(of lines: [String]) async throws -> [String] {
        let result = try await Subprocess.run(
            .name("ssh-keygen"), arguments: ["-l", "-f", "-"],
            environment: ChildEnvironment(HostCredentials.variables).custom,
            input: .string(lines.joined(separator: "\n") + "\n"), output: .string(limit: 64 << 10), error: .discarded)
        return result.standardOutput.split(separator: "\n").map(String.init)
    }
}
