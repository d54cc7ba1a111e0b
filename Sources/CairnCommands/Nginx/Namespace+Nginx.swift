extension Namespace {
    static let nginx = Namespace(
        "nginx", "The web server in front of the apps",
        [
            PropertyReport<NginxProperties>.self, PropertySet<NginxProperties>.self, NginxShowConfig.self,
            NginxValidateConfig.self, NginxAccessLogs.self,
        ])
}
