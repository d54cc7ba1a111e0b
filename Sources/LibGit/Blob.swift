import CLibgit2

/// A blob whose content is in memory, and is lent without a copy.
public final class Blob {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { git_object_free(pointer) }

    /// In bytes.
    public var size: Int { Int(git_blob_rawsize(pointer)) }

    /// Lends the content for the time of the call.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: git_blob_rawcontent(pointer), count: size))
    }
}

extension Repository {
    /// Reads a blob, all of it. One larger than `BlobStream.threshold` wants a `BlobStream`.
    public func blob(_ id: ObjectID) throws -> Blob {
        Blob(try peel(id, to: GIT_OBJECT_BLOB))
    }
}
