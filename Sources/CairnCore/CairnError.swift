/// What went wrong, in the words of the person who has to mend it.
///
/// Every error has a stable `code`, which scripts can match and which the documentation explains, a `message` that says
/// what happened and why, and (nearly always) a `hint` that says what to do next. `evidence` carries the lines that
/// decide the case: the last lines of a container's log, what nginx printed.
public struct CairnError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable name of a kind of failure, such as `E-APP-NOT-FOUND`. New codes may be added; old ones keep their
    /// meaning.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The name as it is printed.
        public let rawValue: String
        /// A code of a plugin or of a part that knows more kinds of failure.
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What happened and why, as one sentence that also reads well after a colon.
    public let message: String
    /// What to do next; nil where nothing sensible can be advised.
    public let hint: String?
    /// Lines that decide the case, as they were found; who prints them makes control characters visible.
    public let evidence: [String]

    /// An error with that code; see the properties for what each part says.
    public init(_ code: Code, _ message: String, hint: String? = nil, evidence: [String] = []) {
        self.code = code
        self.message = message
        self.hint = hint
        self.evidence = evidence
    }

    public var description: String { message }

    /// The exit status of a command that ends with this error: 20 when an app does not exist, 2 for a wrong call, 1 for
    /// every other failure.
    public var exitStatus: Int32 {
        switch code {
        case .appNotFound: 20
        case .usage: 2
        default: 1
        }
    }
}

extension CairnError.Code {
    // The caller's mistake.
    /// The command was called wrongly: an argument missing, an option unknown.
    public static let usage = Self(rawValue: "E-USAGE")
    /// No command has that name.
    public static let unknownCommand = Self(rawValue: "E-UNKNOWN-COMMAND")
    /// A name breaks the rules for its kind.
    public static let invalidName = Self(rawValue: "E-INVALID-NAME")
    /// A value is not of the form it must have.
    public static let invalidValue = Self(rawValue: "E-INVALID-VALUE")
    /// A file that the app or the caller brings cannot be read; the message says where.
    public static let invalidFile = Self(rawValue: "E-INVALID-FILE")
    /// No app has that name.
    public static let appNotFound = Self(rawValue: "E-APP-NOT-FOUND")
    /// Something other than an app does not exist.
    public static let notFound = Self(rawValue: "E-NOT-FOUND")
    /// Something with that name exists already.
    public static let nameTaken = Self(rawValue: "E-NAME-TAKEN")
    /// Another app answers to the domain.
    public static let domainTaken = Self(rawValue: "E-DOMAIN-TAKEN")
    /// The app has no release yet.
    public static let notDeployed = Self(rawValue: "E-NOT-DEPLOYED")
    /// The caller may not do this.
    public static let notAllowed = Self(rawValue: "E-NOT-ALLOWED")
    /// A destructive command was not confirmed.
    public static let notConfirmed = Self(rawValue: "E-NOT-CONFIRMED")

    // The deploy.
    /// Another deploy of the app is under way.
    public static let deployLocked = Self(rawValue: "E-DEPLOY-LOCKED")
    /// A task that forbids a second run has one.
    public static let cronRunning = Self(rawValue: "E-CRON-RUNNING")
    /// The deploy was stopped before it went live.
    public static let deployCancelled = Self(rawValue: "E-DEPLOY-CANCELLED")
    /// A step of the build failed.
    public static let buildFailed = Self(rawValue: "E-BUILD-FAILED")
    /// The kernel ended a build step for want of memory.
    public static let buildOutOfMemory = Self(rawValue: "E-BUILD-OOM")
    /// Nothing in the source says how to build it.
    public static let noBuilder = Self(rawValue: "E-NO-BUILDER")
    /// A task of the deploy (predeploy, release, postdeploy) failed.
    public static let taskFailed = Self(rawValue: "E-TASK-FAILED")
    /// The process of a new instance ended.
    public static let appExited = Self(rawValue: "E-APP-EXITED")
    /// The kernel ended a new instance for want of memory.
    public static let appOutOfMemory = Self(rawValue: "E-APP-OOM")
    /// A new instance listens on no port.
    public static let appNotListening = Self(rawValue: "E-APP-NOT-LISTENING")
    /// A new instance listens on loopback only, where nothing can reach it.
    public static let appListensOnLoopback = Self(rawValue: "E-APP-LISTENS-ON-LOOPBACK")
    /// A health check of a new instance failed for good.
    public static let healthCheckFailed = Self(rawValue: "E-HEALTH-CHECK-FAILED")
    /// The address pool is used up.
    public static let noAddress = Self(rawValue: "E-NO-ADDRESS")

    // The host.
    /// The Docker engine does not answer.
    public static let engineDown = Self(rawValue: "E-ENGINE-DOWN")
    /// The Docker engine refused or failed a call.
    public static let engineFailed = Self(rawValue: "E-ENGINE-FAILED")
    /// No space is left.
    public static let diskFull = Self(rawValue: "E-DISK-FULL")
    /// nginx refused the configuration; the running one is untouched.
    public static let nginxRefused = Self(rawValue: "E-NGINX-REFUSED")
    /// nginx is not running.
    public static let nginxDown = Self(rawValue: "E-NGINX-DOWN")
    /// git or a repository failed.
    public static let git = Self(rawValue: "E-GIT")
    /// The database cannot be read or written.
    public static let store = Self(rawValue: "E-STORE")
    /// A file or a process of the host failed.
    public static let io = Self(rawValue: "E-IO")
}
