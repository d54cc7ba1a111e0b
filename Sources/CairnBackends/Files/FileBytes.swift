import CairnCore
import CairnFiles
import Glibc
import SystemPackage

/// Reads files that others may have a hand in: regular ones of a limited size only.
enum FileBytes {
    /// The file's bytes; nil when it is not there.
    ///
    /// - Throws: `E-IO`, `E-INVALID-FILE`.
    static func read(_ path: FilePath, atMost limit: Int) throws(CairnError) -> [UInt8]? {
        guard let found = Files.status(path) else {
            if errno == ENOENT { return nil }
            throw Files.failure("read", path)
        }
        guard found.st_mode & S_IFMT == S_IFREG, found.st_size <= limit else {
            throw CairnError(
                .invalidFile, "\(path) is no file of at most \(limit) bytes", hint: "Check the backend's URL.")
        }
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes = [UInt8](repeating: 0, count: limit + 1)
                var count = 0
                while count < bytes.count {
                    let read = try bytes.withUnsafeMutableBytes {
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
                    }
                    if read == 0 { break }
                    count += read
                }
                return Array(bytes[..<min(count, limit)])
            }
        } catch {
            throw Files.failure("read", path, error as? Errno ?? .ioError)
        }
    }
}
