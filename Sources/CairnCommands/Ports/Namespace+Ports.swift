extension Namespace {
    static let ports = Namespace(
        "ports", "Say which port of the host leads to which port of an app",
        [PortsList.self, PortsAdd.self, PortsSet.self, PortsRemove.self, PortsClear.self, PortsReport.self])
}
