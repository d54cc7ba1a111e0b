extension Namespace {
    static let git = Namespace(
        "git", "Deploy by git push or without one, and what belongs to it",
        [
            PropertyReport<GitProperties>.self, PropertySet<GitProperties>.self, GitInitialize.self, GitStatus.self,
            GitFromImage.self, GitLoadImage.self, GitFromArchive.self, GitSync.self, GitAuth.self,
            GitAuthStatus.self, GitAllowHost.self, GitGenerateDeployKey.self, GitPublicKey.self,
        ])
}
