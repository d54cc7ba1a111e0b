extension Namespace {
    static let config = Namespace(
        "config", "Show and change the config variables of apps", bare: ConfigShow.self,
        [
            ConfigShow.self, ConfigGet.self, ConfigSet.self, ConfigUnset.self, ConfigClear.self, ConfigKeys.self,
            ConfigExport.self, ConfigImportCommand.self, ConfigBundle.self,
        ])
}
