import CairnCore
import Subprocess
import SystemPackage

/// Unpacks gzip data with gzip(1), which checks every checksum on the way.
struct Gunzip {
    let file: SpoolFile
    /// Nothing is read beyond that many unpacked bytes.
    let maximum: Int

    /// Hands the unpacked bytes to `body`.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED` for damaged data; what `body` throws.
    func run<Value: Sendable>(_ body: (ByteReader) async throws -> Value) async throws -> Value {
        file.rewind()
        let result: ExecutionResult<Value, SequenceOutput, StringOutput<UTF8>>
        result = try await Subprocess.run(
            .path("/bin/gzip"), arguments: ["-d", "-c"], environment: .custom(["LC_ALL": "C"]),
            input: .fileDescriptor(file.descriptor, closeAfterSpawningProcess: false), output: .sequence,
            error: .string(limit: 16 << 10)
        ) { try await body(reader(of: $0.standardOutput)) }
        // 2 is a warning: something follows the end of the data (gzip(1), DIAGNOSTICS).
        let isGood = result.terminationStatus.isSuccess || result.terminationStatus == .exited(2)
        guard isGood else {
            throw CairnError.archive(
                "is damaged", evidence: result.standardError.split(separator: "\n").prefix(5).map(String.init))
        }
        return result.closureResult
    }

    private func reader(of output: SubprocessOutputSequence) -> ByteReader {
        var pieces = output.makeAsyncIterator()
        return ByteReader(maximum: limit) {
            try Task.checkCancellation()
            return try await pieces.next()?.withUnsafeBytes { Array($0) }
        }
    }

    /// The ratio counts as well, once the data is large.
    private var limit: Int { min(maximum, max(ArchiveLimits.harmlessSize, file.size * ArchiveLimits.ratio)) }
}
