public import CairnCore

/// The name of an image as a Dockerfile's `FROM` takes it: `nginx`, `registry.example.com:5000/team/app:1.2`,
/// `app@sha256:…`.
public struct ImageName: Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String
    public var description: String { rawValue }

    /// - Throws: `E-INVALID-VALUE` for what cannot be an image's name.
    public init(validating text: String) throws(CairnError) {
        let isValid =
            text.utf8.count <= 400 && (text.utf8.first.map(Self.isAlphanumeric) ?? false)
            && (text.utf8.last.map(Self.isAlphanumeric) ?? false)
            && text.utf8.allSatisfy { Self.isAlphanumeric($0) || "._-/:@".utf8.contains($0) }
            && text.firstRange(of: "//") == nil && text.firstRange(of: "..") == nil
        guard isValid else {
            throw CairnError(
                .invalidValue, "'\(text.excerpt())' is not the name of an image",
                hint: "For example: nginx:1.27, registry.example.com/team/app@sha256:…")
        }
        guard text != "scratch" else {
            throw CairnError(.invalidValue, "scratch is the empty image, which cannot run", hint: "Name another image.")
        }
        rawValue = text
    }

    /// The record of the image in the app's repository. The id makes an image that got the same name another one.
    func dockerfile(id: String) -> [UInt8] { Array("# \(id)\nFROM \(rawValue)\n".utf8) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
