/// Lets the catalog's servers wait until everything has been looked at once, so that nobody is told what was true before
/// the daemon was away.
final class FirstLook: Sendable {
    enum Part: Hashable, CaseIterable {
        /// The copies of apps.
        case apps
        /// All other containers.
        case containers
    }

    private let parts: AsyncStream<Part>
    private let source: AsyncStream<Part>.Continuation

    init() { (parts, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(64)) }

    /// Takes that a part has been looked at, or cannot be: then the catalog stays as it was.
    func done(_ part: Part) { source.yield(part) }

    /// Returns when all parts are done, or the time is over, as with an engine that hangs. For one caller.
    func wait(atMost timeout: Duration) async {
        await withTaskGroup { group in
            group.addTask { [parts] in
                var missing = Set(Part.allCases)
                for await part in parts {
                    missing.remove(part)
                    if missing.isEmpty { return }
                }
            }
            // One that is cancelled is not needed any more.
            group.addTask { try? await ContinuousClock().sleep(for: timeout) }
            await group.next()
            group.cancelAll()
        }
    }
}
