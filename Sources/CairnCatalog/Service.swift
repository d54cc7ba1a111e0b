public import CairnCore

/// An instance of a service: one thing that listens at one place. Instances of the same name are the service.
///
/// The shape is that of Consul's catalog, https://developer.hashicorp.com/consul/api-docs/catalog.
public struct Service: Sendable, Equatable {
    /// Who registered an instance, and so who may change it.
    public enum Origin: Sendable, Equatable {
        /// A copy of a process of one of Cairn's apps.
        case app(AppInstance)
        /// A container that is not Cairn's, found by the registrator.
        case container(id: String)
        /// A program, through the HTTP interface's agent calls or `services:register`.
        case agent
        /// A program, through the HTTP interface's catalog calls: what runs on another node.
        case catalog
        /// A process of this host that `cairn exec` looks after.
        case process
    }

    /// The copy of a process that an instance is.
    public struct AppInstance: Sendable, Equatable {
        public var appID: Int64
        public var app: AppName
        /// The row of the copy.
        public var instanceID: Int64
        public var name: InstanceName

        public init(appID: Int64, app: AppName, instanceID: Int64, name: InstanceName) {
            self.appID = appID
            self.app = app
            self.instanceID = instanceID
            self.name = name
        }
    }

    /// How much of the work an instance is to get beside others, as SRV records tell it (RFC 2782).
    public struct Weights: Sendable, Equatable, Codable {
        public var passing: Int
        public var warning: Int

        public init(passing: Int = 1, warning: Int = 1) {
            self.passing = passing
            self.warning = warning
        }
    }

    /// Another address of an instance, for a use that its key names.
    public struct TaggedAddress: Sendable, Equatable, Codable {
        public var address: String
        public var port: Int

        public init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    /// The name of the node it is on.
    public var node: String
    /// Unique on its node.
    public var id: String
    /// What it is looked up by.
    public var name: String
    public var tags: [String]
    public var meta: [String: String]
    /// An IP address or a host's name; empty is the node's address.
    public var address: String
    /// 0 for what is only looked up by address.
    public var port: Int
    public var weights: Weights
    public var taggedAddresses: [String: TaggedAddress]
    /// Whether other agents may change the tags; kept for Consul's clients.
    public var enableTagOverride: Bool
    public var origin: Origin
    /// The worst status of its own checks. The store keeps it up to date; writing it here changes nothing there.
    public var status: HealthStatus
    /// What the check with that status said.
    public var output: String
    public var createIndex: UInt64
    public var modifyIndex: UInt64

    public init(
        node: String, id: String, name: String, tags: [String] = [], meta: [String: String] = [:], address: String,
        port: Int, weights: Weights = Weights(), taggedAddresses: [String: TaggedAddress] = [:],
        enableTagOverride: Bool = false, origin: Origin, status: HealthStatus = .passing, output: String = "",
        createIndex: UInt64 = 0, modifyIndex: UInt64 = 0
    ) {
        self.node = node
        self.id = id
        self.name = name
        self.tags = tags
        self.meta = meta
        self.address = address
        self.port = port
        self.weights = weights
        self.taggedAddresses = taggedAddresses
        self.enableTagOverride = enableTagOverride
        self.origin = origin
        self.status = status
        self.output = output
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
    }

    /// Whether both say the same; health, and when they were written, do not count.
    public func isSame(as other: Service) -> Bool {
        var other = other
        (other.createIndex, other.modifyIndex) = (createIndex, modifyIndex)
        (other.status, other.output) = (status, output)
        return self == other
    }

    /// The copy of a process that it is, if it is one.
    public var appInstance: AppInstance? { if case .app(let instance) = origin { instance } else { nil } }

    /// The container that it runs in, if it is not Cairn's own.
    public var containerID: String? { if case .container(let id) = origin { id } else { nil } }

    /// A service's place in the catalog.
    public struct Key: Hashable, Sendable, Comparable {
        public var node: String
        public var id: String

        public init(node: String, id: String) {
            self.node = node
            self.id = id
        }

        public static func < (left: Self, right: Self) -> Bool { (left.node, left.id) < (right.node, right.id) }
    }

    public var key: Key { Key(node: node, id: id) }
}
