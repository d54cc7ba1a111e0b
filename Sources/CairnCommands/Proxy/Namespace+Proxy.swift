extension Namespace {
    static let proxy = Namespace(
        "proxy", "How requests get to an app",
        [
            PropertyReport<ProxyProperties>.self, PropertySet<ProxyProperties>.self, ProxyBuildConfig.self,
            ProxyEnable.self, ProxyDisable.self,
        ])
}
