import CairnCore

/// A buildpack of the list, as pack names it. The list is written for Heroku's interface, where `heroku/python` stands for
/// a git repository; to pack it is a buildpack of the builder image.
struct PackBuildpack {
    let name: String

    /// - Throws: `E-INVALID-VALUE` for what pack cannot take.
    init(_ text: String) throws(CairnError) {
        switch try BuildpackReference(parsing: text) {
        case .archive(let url): name = url
        case .git(let url, nil):
            guard let shorthand = Self.shorthand(url) else { throw Self.refusal(text, "a git repository") }
            name = shorthand
        case .git: throw Self.refusal(text, "a revision of a git repository")
        case .bundled: throw Self.refusal(text, "a buildpack of Cairn's own")
        }
    }

    /// `heroku/python` for `https://github.com/heroku/heroku-buildpack-python.git`.
    private static func shorthand(_ url: String) -> String? {
        let parts = url.split(separator: "/")
        let (prefix, suffix) = ("heroku-buildpack-", ".git")
        guard url.hasPrefix("https://github.com/"), parts.count == 4, parts[3].hasPrefix(prefix),
            parts[3].hasSuffix(suffix)
        else { return nil }
        return "\(parts[2])/\(parts[3].dropFirst(prefix.count).dropLast(suffix.count))"
    }

    private static func refusal(_ text: String, _ what: String) -> CairnError {
        CairnError(
            .invalidValue, "pack cannot use the buildpack \(text.excerpt(200)): it is \(what)",
            hint:
                "Name one of the builder image (heroku/python) or the URL of a .tgz; buildpacks:clear clears the list.")
    }
}
