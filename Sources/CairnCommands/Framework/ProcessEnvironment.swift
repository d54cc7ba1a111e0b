import Glibc

/// The variables that this process was started with.
public enum ProcessEnvironment {
    /// Reads them from the C library. Foundation does so too, in a tenth of the time that a short command takes.
    public static func current() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            defer { entry += 1 }
            guard let equals = strchr(text, Int32(UInt8(ascii: "="))) else { continue }
            let key = UnsafeRawBufferPointer(start: text, count: equals - text)
            variables[String(decoding: key, as: UTF8.self)] = String(cString: equals + 1)
        }
        return variables
    }
}
