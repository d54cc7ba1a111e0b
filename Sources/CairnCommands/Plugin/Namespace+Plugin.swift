extension Namespace {
    static let plugin = Namespace(
        "plugin", "Programs of others that extend Cairn",
        [
            PluginList.self, PluginInstalled.self, PluginInstall.self, PluginUpdate.self, PluginUninstall.self,
            PluginEnable.self, PluginDisable.self, PluginInstallDependencies.self, PluginTrigger.self, PluginNew.self,
            PluginTest.self,
        ])
}
