import CairnCore

/// A certificate and its key as a command is given them: two files on the host, or a tar archive on standard input with
/// exactly one `.crt` and one `.key` file.
struct CertificateInput {
    let chain: String
    let key: String

    private static let maximumSize = 4 << 20

    /// Reads both from `files`, the certificate's and the key's path; from standard input when that is empty.
    ///
    /// - Throws: `E-USAGE` when there is nothing to read, `E-INVALID-FILE` for an archive with other members, and what
    ///   reading a file throws.
    init(files: [String], _ context: CommandContext) throws {
        switch files.count {
        case 0:
            guard !context.console.isTerminal else { throw Self.nothing }
            let archive = try context.console.readInput(maximum: Self.maximumSize)
            guard !archive.isEmpty else { throw Self.nothing }
            try self.init(archive: archive)
        case 2:
            self.init(
                chain: try InputFile(path: files[0]).read(context, maximum: Self.maximumSize),
                key: try InputFile(path: files[1]).read(context, maximum: Self.maximumSize))
        default: throw CairnError(.usage, "Give both files, the certificate's and the key's, or none")
        }
    }

    init(archive: [UInt8]) throws(CairnError) {
        let members = try TarReader.files(in: archive).filter { member in
            // Archives made on a Mac have such a file beside each.
            !Self.baseName(member.name).hasPrefix(".")
        }
        self.init(chain: try Self.only(".crt", in: members), key: try Self.only(".key", in: members))
    }

    private init(chain: [UInt8], key: [UInt8]) {
        self.chain = String(decoding: chain, as: UTF8.self)
        self.key = String(decoding: key, as: UTF8.self)
    }

    private static func only(_ ending: String, in members: [TarReader.Member]) throws(CairnError) -> [UInt8] {
        let found = members.filter { $0.name.hasSuffix(ending) }
        guard let first = found.first else { throw error("Tar archive is missing \(ending) file") }
        guard found.count == 1 else { throw error("Tar archive contains more than one \(ending) file") }
        return first.content
    }

    private static func baseName(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

    private static func error(_ message: String) -> CairnError {
        CairnError(.invalidFile, message, hint: "Make it with: tar cf - server.crt server.key")
    }

    private static let nothing = CairnError(
        .usage, "Tar archive containing server.crt and server.key expected on stdin",
        hint: "tar cf - server.crt server.key | ssh cairn@<host> certs:add <app>")
}
