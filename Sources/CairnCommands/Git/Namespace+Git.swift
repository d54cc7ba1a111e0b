extension Namespace {
    static let git = Namespace(
        "git", "Deploy by git push, and what belongs to it",
        [PropertyReport<GitProperties>.self, PropertySet<GitProperties>.self, GitInitialize.self])
}
