extension Namespace {
    static let apps = Namespace(
        "apps", "Create, list, copy and remove apps", bare: AppsList.self,
        [
            AppsCreate.self, AppsDestroy.self, AppsList.self, AppsExists.self, AppsRename.self, AppsClone.self,
            AppsLock.self, AppsLocked.self, AppsUnlock.self, PropertyReport<AppsProperties>.self,
            PropertySet<AppsProperties>.self,
        ])
}
