/// A command that needs nothing of the host, not even its settings: it works where Cairn has not been set up, and where
/// the settings are broken.
protocol HostlessCommand: CairnCommand {
    func run(output: Output) throws
}

extension HostlessCommand {
    static var takesApp: Bool { false }
    static var needsHost: Bool { false }
    func run(in context: CommandContext) async throws { try run(output: context.output) }
}
