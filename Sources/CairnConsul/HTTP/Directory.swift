import CairnCatalog
import CairnCore
import CairnStore
import Foundation
import HTTPTypes
import Logging

/// All that the handlers answer from.
struct Directory: Sendable {
    let settings: ConsulSettings
    let store: Store
    let feed: CatalogFeed
    /// Whether a name of a service belongs to one of Cairn's apps.
    let isReserved: @Sendable (String) -> Bool
    /// Makes what was written to the store readable in the feed.
    let refresh: @Sendable () async throws -> Void
    let events: EventLog
    let waiters: WaiterLimit
    let departures: Departures
    let logger: Logger

    init(
        settings: ConsulSettings, store: Store, feed: CatalogFeed, isReserved: @escaping @Sendable (String) -> Bool,
        refresh: @escaping @Sendable () async throws -> Void, onWaiters: @escaping @Sendable (Int) -> Void,
        logger: Logger
    ) {
        self.settings = settings
        self.store = store
        self.feed = feed
        self.isReserved = isReserved
        self.refresh = refresh
        self.logger = logger
        events = EventLog(feed: feed)
        waiters = WaiterLimit(settings.maximumWaiters, onChange: onWaiters)
        departures = Departures()
    }

    var now: Date { Date() }

    /// Tells who waits for keys or sessions that they may have changed.
    func publishPairs() throws(CairnError) { try store.publishPairs(to: feed) }

    /// The instance with that id on this host.
    func ownService(_ id: String) -> ServiceEntry? {
        let snapshot = feed.snapshot
        return snapshot.entry(Service.Key(node: snapshot.ownNode, id: id))
    }

    /// - Throws: 403 when an instance is not the callers' of this interface to change.
    func checkOwner(of entry: ServiceEntry?) throws(HTTPRefusal) {
        switch entry?.service.origin {
        case .app(let instance):
            throw .forbidden(
                "The service is a process of the app '\(instance.app)': it is registered by Cairn, and goes with the app"
            )
        case .container:
            throw .forbidden(
                "The service is a container that was found by Cairn: it is registered and removed with the container")
        case .agent, .catalog, .process, nil: return
        }
    }

    /// - Throws: 403 when the name belongs to an app.
    func checkName(_ name: String) throws(HTTPRefusal) {
        if isReserved(name) {
            throw .forbidden("The name '\(name.excerpt())' belongs to one of Cairn's apps: choose another")
        }
    }
}

extension Store {
    /// Tells who waits for keys or sessions that they may have changed.
    func publishPairs(to feed: CatalogFeed) throws(CairnError) {
        let indexes = try pairIndexes()
        feed.advance(.keys, to: indexes.keys)
        feed.advance(.sessions, to: indexes.sessions)
    }
}
