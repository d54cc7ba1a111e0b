import CairnCore
import Dispatch
import Glibc
import Logging
import ServiceLifecycle

/// The socket that commands ring when rows have changed: each connection is a poke and carries nothing.
final class BellService: ServiceLifecycle.Service {
    private let path: String
    private let descriptor: Int32
    private let pokes: Pokes
    private let logger: Logger

    /// Listens from now on, in place of a socket that a daemon left that died. The caller holds the daemon's lock.
    ///
    /// - Throws: `E-IO`.
    init(path: String, pokes: Pokes, logger: Logger) throws(CairnError) {
        self.path = path
        self.pokes = pokes
        self.logger = logger
        descriptor = try Self.listen(at: path)
    }

    func run() async throws {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
        source.setEventHandler { [descriptor, pokes] in
            var isRung = false
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                close(connection)
                isRung = true
            }
            if isRung { pokes.poke() }
        }
        source.setCancelHandler { [descriptor, path] in
            unlink(path)
            close(descriptor)
        }
        source.activate()
        logger.debug("Listening", metadata: ["path": "\(path)"])
        // Also returns when the task is cancelled.
        try? await gracefulShutdown()
        source.cancel()
    }

    private static func listen(at path: String) throws(CairnError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw failure(path, descriptor >= 0 ? ENAMETOOLONG : errno)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        unlink(path)
        // The socket is made with its final permissions: nobody gets in between.
        let mask = umask(0o177)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        umask(mask)
        guard bound == 0, Glibc.listen(descriptor, 16) == 0 else {
            let code = errno
            close(descriptor)
            throw failure(path, code)
        }
        return descriptor
    }

    private static func failure(_ path: String, _ code: Int32) -> CairnError {
        CairnError(
            .io, "The daemon's socket \(path) cannot be made: \(String(cString: strerror(code)))",
            hint: "Run 'cairn setup' as root, which lays out the state root.")
    }
}
