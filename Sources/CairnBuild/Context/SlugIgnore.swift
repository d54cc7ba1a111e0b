import CairnCore

/// `.slugignore`: what of a source a buildpack does not get to see. Its lines are those of a `.gitignore` without `!`
/// (https://devcenter.heroku.com/articles/slug-compiler#ignoring-files-with-slugignore).
enum SlugIgnore {
    /// The same as a `.dockerignore`, line by line. There, a pattern without a slash matches at the root only; here, in
    /// every directory.
    static func dockerignore(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return Array(lines.map { line(Array($0)) }.joined(separator: [UInt8(ascii: "\n")]))
    }

    private static func line(_ bytes: [UInt8]) -> [UInt8] {
        var text = String(decoding: bytes, as: UTF8.self).withoutOuterBlanks
        if text.isEmpty || text.hasPrefix("#") || text.hasPrefix("!") { return [] }
        while text.hasSuffix("/") { text.removeLast() }
        let isAnchored = text.contains("/")
        if text.hasPrefix("/") { text.removeFirst() }
        if text.isEmpty { return [] }
        return Array((isAnchored ? text : "**/" + text).utf8)
    }
}
