extension Namespace {
    static let certs = Namespace(
        "certs", "TLS certificates of apps",
        [CertsAdd.self, CertsUpdate.self, CertsRemove.self, CertsShow.self, PropertyReport<CertsReportSource>.self])
}
