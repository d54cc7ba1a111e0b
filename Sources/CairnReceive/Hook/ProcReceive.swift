import CairnCore
import CairnDeploy
import CairnStore
import Glibc
import LibGit

/// The hook `proc-receive`, which git asks who moves each pushed branch (githooks(5)).
///
/// git moves a branch only from where it was when the push began. A push that stood in line behind another one has been
/// deployed by then, and would be refused for that alone. So its branch is moved here, from where the push in front left
/// it. Every other branch is left to git.
struct ProcReceive {
    let name: AppName
    let settings: HostSettings
    /// Called only when a branch is not where it was.
    let store: () throws -> Store

    /// Speaks with git on standard input and output.
    ///
    /// - Throws: `E-GIT` when that is not the protocol's version 1, `E-INVALID-VALUE` for references that are not well formed.
    func run() throws {
        let input = PacketLines(descriptor: STDIN_FILENO)
        let greeting = try input.section()
        guard greeting.first.map({ String(decoding: $0, as: UTF8.self) })?.hasPrefix("version=1") == true else {
            throw CairnError(
                .git, "git speaks an unknown version of the protocol for proc-receive",
                hint: "Cairn needs git 2.29 or newer.")
        }
        try PacketLines.write(["version=1"])
        let updates = try RefUpdate.parse(Array(try input.section().joined(separator: [UInt8(ascii: "\n")])))
        try PacketLines.write(Self.answer(to: updates, move: move))
    }

    /// The lines that tell git the fate of each branch. `move` moves one and tells where it was before, or nil when it is
    /// git's to move.
    static func answer(to updates: [RefUpdate], move: (RefUpdate) throws -> ObjectID?) rethrows -> [String] {
        try updates.flatMap { update in
            guard let old = try move(update) else { return ["ok \(update.name)", "option fall-through"] }
            return ["ok \(update.name)", "option old-oid \(old)", "option new-oid \(update.new)"]
        }
    }

    private func move(_ update: RefUpdate) -> ObjectID? {
        guard !update.isDeletion else { return nil }
        do {
            let repository = try Repository(path: settings.repository(of: name))
            guard let current = try repository.reference(update.name), current != update.old else { return nil }
            guard try isDeployed(update.new), try repository.isDescendant(update.new, of: current) else { return nil }
            try repository.moveReference(update.name, from: current, to: update.new)
            return current
        } catch {
            // git tries it itself then, and tells the pusher what the matter is; other branches are not held up.
            return nil
        }
    }

    private func isDeployed(_ commit: ObjectID) throws -> Bool {
        let store = try store()
        return try store.currentRelease(of: store.app(name))?.content.revision == commit.description
    }
}

/// git's framing of lines: four hexadecimal digits of length, then the line; a length of 0 ends a section
/// (gitprotocol-common(5), "pkt-line Format").
struct PacketLines {
    let descriptor: Int32
    /// A section may have this many bytes; more than the references that a push may move need.
    static let maximumLength = RefUpdate.maximumInputLength * 2

    /// The lines up to the next end of a section, without their line ends.
    ///
    /// - Throws: `E-GIT` when the input ends before, or is not framed.
    func section() throws(CairnError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var length = 0
        while length <= Self.maximumLength {
            guard let size = Int(String(decoding: try read(4), as: UTF8.self), radix: 16), size == 0 || size >= 4 else {
                throw Self.malformed
            }
            if size == 0 { return lines }
            var line = try read(size - 4)
            if line.last == UInt8(ascii: "\n") { line.removeLast() }
            length += size
            lines.append(line)
        }
        throw Self.malformed
    }

    /// The lines as one section.
    static func encode(_ lines: [String]) -> [UInt8] {
        lines.flatMap { line in
            let digits = String(line.utf8.count + 5, radix: 16)
            return Array((String(repeating: "0", count: 4 - digits.count) + digits + line + "\n").utf8)
        } + Array("0000".utf8)
    }

    static func write(_ lines: [String]) throws(CairnError) {
        var rest = encode(lines)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw malformed }
            rest = rest.dropFirst(count)
        }
    }

    private func read(_ count: Int) throws(CairnError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let got = Glibc.read(descriptor, &buffer, buffer.count)
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { throw Self.malformed }
            bytes += buffer[..<got]
        }
        return bytes
    }

    private static let malformed = CairnError(
        .git, "git's question about the pushed branches cannot be read",
        hint: "Push again; check the version of git here.")
}
