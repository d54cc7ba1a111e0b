import CairnCatalog
import CairnCore
import CairnDNS
import CairnDeploy
import CairnStore
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps what the daemon's servers answer from equal to the rows: reads the catalog again whenever somebody, in this
/// process or another, has changed it.
final class CatalogKeeper: ServiceLifecycle.Service, CustomStringConvertible {
    let feed: CatalogFeed
    private let store: Store
    private let pokes: Pokes
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var view: DNSView
        /// The names of the apps.
        var apps: Set<String>
    }

    /// - Throws: `E-STORE`.
    init(store: Store, pokes: Pokes, logger: Logger) throws(CairnError) {
        self.store = store
        self.pokes = pokes
        self.logger = logger
        let catalog = try store.catalog()
        feed = CatalogFeed(catalog)
        state = Mutex(
            State(
                view: DNSView(snapshot: catalog, leaders: try store.leaders()), apps: Set(try store.appNames())))
    }

    /// For the log of the services' beginnings and ends.
    var description: String { "CatalogKeeper" }

    /// What DNS answers from.
    var view: DNSView { state.withLock { $0.view } }

    /// The names of the apps, whose services only they can be.
    var apps: Set<String> { state.withLock { $0.apps } }

    /// Takes the rows as they are now. When this returns, what was written before it is answered everywhere.
    func refresh() throws(CairnError) {
        let catalog = try store.catalog()
        let leaders = try store.leaders()
        let apps = Set(try store.appNames())
        state.withLock { state in
            state.apps = apps
            state.view.leaders = leaders
            if catalog.index >= state.view.snapshot.index { state.view.snapshot = catalog }
        }
        feed.publish(catalog)
    }

    /// Takes which addresses are those of apps' containers.
    func setClients(_ clients: [IPv4Address: Int64]) { state.withLock { $0.view.clients = clients } }

    func run() async throws {
        let subscription = pokes.subscribe()
        subscription.poke()
        await cancelWhenGracefulShutdown { [self] in
            await withDiscardingTaskGroup { group in
                for topic in [CatalogFeed.Topic.keys, .sessions] {
                    group.addTask { [self] in await followLeaders(topic) }
                }
                for await _ in subscription.stream {
                    do { try refresh() } catch {
                        logger.error("The catalog cannot be read", metadata: ["error": "\(error)"])
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// Locks come and go with keys and with the sessions that hold them.
    private func followLeaders(_ topic: CatalogFeed.Topic) async {
        while !Task.isCancelled {
            let index = feed.index(of: topic)
            do {
                let leaders = try store.leaders()
                state.withLock { $0.view.leaders = leaders }
            } catch {
                logger.error("The leaders of services cannot be read", metadata: ["error": "\(error)"])
            }
            await feed.wait(for: topic, beyond: index, atMost: .seconds(3600))
        }
    }
}
