import NIOCore
import Synchronization

/// A value that closures of a test set and read.
final class Mutexed<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) {
        mutex = Mutex(value)
    }

    var value: Value {
        get { mutex.withLock { $0 } }
        set { mutex.withLock { $0 = newValue } }
    }
}

/// A tar archive of small text files, in the ustar form.
func tar(_ files: [(name: String, text: String)]) -> [UInt8] {
    var archive: [UInt8] = []
    for (name, text) in files {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ field: String, at offset: Int) {
            header.replaceSubrange(offset..<(offset + field.utf8.count), with: Array(field.utf8))
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(text.utf8.count, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0", at: 148)
        let padding = [UInt8](repeating: 0, count: (512 - text.utf8.count % 512) % 512)
        archive += header + Array(text.utf8) + padding
    }
    return archive + [UInt8](repeating: 0, count: 1024)
}

/// A body in pieces of at most `size` bytes.
func pieces(_ bytes: [UInt8], size: Int = 512) -> AsyncStream<ByteBuffer> {
    AsyncStream { continuation in
        for start in stride(from: 0, to: bytes.count, by: size) {
            continuation.yield(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
        }
        continuation.finish()
    }
}

extension AsyncSequence where Element: Sendable {
    /// All elements.
    func collected() async throws -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}
