extension Namespace {
    static let domains = Namespace(
        "domains", "Say which host names lead to an app",
        [
            DomainsAdd.self, DomainsRemove.self, DomainsSet.self, DomainsClear.self, DomainsReset.self,
            DomainsEnable.self, DomainsDisable.self, DomainsReport.self, DomainsAddGlobal.self,
            DomainsRemoveGlobal.self, DomainsSetGlobal.self, DomainsClearGlobal.self,
        ])
}
