/// What an app says about itself in `app.json`: the manifest of Heroku, with the fields that Dokku added.
///
/// The file is JSON that may hold comments. Top-level keys that Cairn does not use (`name`, `addons`, …) are ignored;
/// an unknown key further inside is a notice, because it is most often a slip. `Codable` is the form in which a release
/// keeps the manifest, not the form of the file.
public struct AppJSON: Codable, Sendable, Equatable {
    /// Config variables the app wants before its first deploy.
    public var env: [ConfigKey: EnvDeclaration] = [:]
    /// How many instances of each process run.
    public var formation: [ProcessType: Formation] = [:]
    /// The checks of each process in the order of the file, of all kinds.
    public var healthChecks: [ProcessType: [HealthCheck]] = [:]
    /// Command lines that a deploy runs.
    public var scripts = Scripts()
    /// Commands run by the clock, in the order of the file.
    public var cron: [CronTask] = []
    /// URLs or `org/name` shorthands, in the order in which they run.
    public var buildpacks: [String] = []
    /// Complete sentences about keys that have no effect, to be shown to whoever deploys.
    public var notices: [String] = []

    /// An app without the file.
    public init() {}

    /// One variable under `env`.
    public struct EnvDeclaration: Codable, Sendable, Equatable {
        /// How a value is made up.
        public enum Generator: String, Codable, Sendable, CaseIterable {
            /// 64 random hexadecimal digits.
            case secret
        }

        public var description: String?
        /// The default; nil when there is none.
        public var value: String?
        /// Whether a deploy fails when the variable has neither a value nor a generator. True unless the file says no.
        public var isRequired: Bool
        /// How a value is made up where there is none.
        public var generator: Generator?
        /// Whether every deploy sets the variable anew, instead of only the first.
        public var sync: Bool

        /// A declaration as the file has it by default: required, set once.
        public init(
            description: String? = nil, value: String? = nil, isRequired: Bool = true, generator: Generator? = nil,
            sync: Bool = false
        ) {
            self.description = description
            self.value = value
            self.isRequired = isRequired
            self.generator = generator
            self.sync = sync
        }
    }

    /// One process under `formation`.
    public struct Formation: Codable, Sendable, Equatable {
        /// The number of instances; while it is given, `ps:scale` is refused. Nil leaves the scale alone.
        public var quantity: Int?
        /// How many instances start at once during a deploy, at least 1; nil when the file does not say. `-1` in the
        /// file, all at once, reads as the largest scale there is.
        public var maximumParallel: Int?

        /// A formation that says nothing unless told.
        public init(quantity: Int? = nil, maximumParallel: Int? = nil) {
            self.quantity = quantity
            self.maximumParallel = maximumParallel
        }
    }

    /// The command lines under `scripts`, each run by a shell. Nil where there is none.
    public struct Scripts: Codable, Sendable, Equatable {
        /// `scripts.dokku.predeploy`: runs in the new image, which keeps what it changes.
        public var predeploy: String?
        /// `scripts.dokku.postdeploy`: runs after each deploy, once the new instances serve.
        public var postdeploy: String?
        /// `scripts.postdeploy`, as Heroku defines it: runs in the app's first deploy only.
        public var firstDeploy: String?

        /// No scripts unless given.
        public init(predeploy: String? = nil, postdeploy: String? = nil, firstDeploy: String? = nil) {
            self.predeploy = predeploy
            self.postdeploy = postdeploy
            self.firstDeploy = firstDeploy
        }
    }

    /// Whether the file fixes the scale, so that `ps:scale` has nothing to decide.
    public var fixesScale: Bool { formation.values.contains { $0.quantity != nil } }

    /// The checks of one kind of a process.
    public func healthChecks(of process: ProcessType, kind: HealthCheck.Kind) -> [HealthCheck] {
        healthChecks[process, default: []].filter { $0.kind == kind }
    }
}
