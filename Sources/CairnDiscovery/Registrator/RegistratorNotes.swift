public import CairnCatalog

extension Registrator {
    /// What a container gives to the catalog, and why.
    public struct Registration: Sendable, Equatable {
        public var services: [Service] = []
        /// The checks of the services; the first of each is the engine's.
        public var checks: [Check] = []
        public var notes: [Note] = []

        public init(services: [Service] = [], checks: [Check] = [], notes: [Note] = []) {
            self.services = services
            self.checks = checks
            self.notes = notes
        }
    }

    /// Something that a person should know of how a container was read.
    public struct Note: Sendable, Equatable {
        public enum Kind: String, Sendable {
            /// The port is a service.
            case registered
            /// The port, or the whole container, is no service; nothing is wrong.
            case ignored
            /// Which of several variables and labels counts.
            case chosen
            /// Something was left out or changed because it cannot be as it was written.
            case warning
            /// Something that the container may not have.
            case refused
        }

        public var kind: Kind
        /// The port as the engine writes it, `80/tcp`; nil for the container as a whole.
        public var port: String?
        /// One sentence; it quotes what containers say only with control characters made visible.
        public var text: String

        public init(_ kind: Kind, port: String? = nil, _ text: String) {
            self.kind = kind
            self.port = port
            self.text = text
        }
    }
}
