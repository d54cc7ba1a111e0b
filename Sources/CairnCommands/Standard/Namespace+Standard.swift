extension Namespace {
    /// The commands without a namespace.
    static let standard = Namespace(
        "standard", "Commands of their own",
        [
            Help.self, VersionCommand.self, URLCommand.self, URLsCommand.self, Report.self, Setup.self,
            SSHSessionCommand.self,
        ])
}
