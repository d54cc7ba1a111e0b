public import CairnCore
public import CairnStore

extension Store {
    /// How many copies of each process type there are to be, also of those that nobody has scaled: web runs once then, and
    /// any other not at all.
    public func fullScale(of app: App) throws(CairnError) -> [ProcessType: Int] {
        let scale = try scale(of: app)
        let commands = try currentRelease(of: app)?.content.commands.keys.map { $0 } ?? []
        let declared = commands.compactMap { try? ProcessType(validating: $0) }
        let types = Set(scale.keys).union(declared.isEmpty ? [.web] : declared).filter { $0 != .release }
        return Dictionary(uniqueKeysWithValues: types.map { ($0, scale[$0] ?? ($0 == .web ? 1 : 0)) })
    }
}
