import CairnBuild
public import CairnCore

/// The address of a git repository on another host.
public struct RemoteRepository: Sendable, Equatable {
    let url: String

    /// - Throws: `E-NOT-ALLOWED` for an address by which git would run a program or read this host's files.
    public init(validating url: String) throws(CairnError) {
        if let objection = RemotePolicy().objection(to: url) {
            throw CairnError(
                .notAllowed, "The repository is not fetched: its address '\(url.excerpt(200))' \(objection)",
                hint:
                    "Use an address of https, http, ssh or git: https://example.com/team/app.git, git@example.com:team/app"
            )
        }
        self.url = url
    }

    /// For people and records: without a name and a password that it may carry.
    public var shown: String { RemoteAddress.withoutCredentials(url) }
}
