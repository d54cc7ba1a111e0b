import CairnCore
import SystemPackage

/// One whole configuration of nginx: which apps it serves, on which sockets, and from which files.
///
/// Its text carries all of this in comment lines (`#: …`), so that the next generation is made from the one in force and
/// nothing else has to be kept in step with it.
struct Generation: Equatable, Sendable {
    /// Counts up; the running nginx answers with it.
    var number: Int
    /// How endpoints reach nginx: `lua` or `reload`, never `automatic`.
    var mode: NginxHost.Mode
    var sites: [AppName: Site]

    /// Reads the comment lines of a generation's file; nil when they are not those of a whole one.
    init?(parsing text: String) {
        var number: Int?
        var mode: NginxHost.Mode?
        var current: AppName?
        var sites: [AppName: Site] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("#: ") {
            let words = line.dropFirst(3).split(separator: " ")
            switch words.first {
            case "generation" where words.count == 3:
                number = Int(words[1])
                mode = NginxHost.Mode(rawValue: String(words[2]))
            case "app" where words.count >= 3:
                guard let site = Site(parsing: words) else { return nil }
                current = site.app
                sites[site.app] = site
            case "use" where words.count >= 4:
                guard let current, let use = Site.Use(parsing: words) else { return nil }
                sites[current]?.uses.append(use)
            case "end": break
            default: return nil
            }
        }
        guard let number, let mode, text.hasSuffix("#: end\n") else { return nil }
        self.init(number: number, mode: mode, sites: sites)
    }

    init(number: Int, mode: NginxHost.Mode, sites: [AppName: Site] = [:]) {
        self.number = number
        self.mode = mode
        self.sites = sites
    }

    /// The sites in the order in which nginx reads them.
    var ordered: [Site] { sites.values.sorted { $0.app < $1.app } }

    /// The whole file: all that depends on the number stands around `content`, so that contents can be compared.
    func text(_ content: String) -> String {
        """
        #: generation \(number) \(mode.rawValue)
        \(content)map "" $cairn_generation {
            default \(number);
        }
        #: end

        """
    }

    /// The sites as comment lines.
    var description: String {
        ordered.flatMap(\.lines).map { "#: \($0)\n" }.joined()
    }
}

/// What a generation holds of one app.
struct Site: Equatable, Sendable {
    let app: AppName
    /// The generation that wrote the app's own file, `apps/<app>@<version>.conf`; nil when it needs none.
    var version: Int?
    var domains: [Domain]
    var uses: [Use] = []

    /// How the app uses a host port.
    struct Use: Equatable, Sendable {
        let key: MappingKey
        let transport: Transport
        let sockets: [ListenSocket]
        /// The body of the server block that the app shares with others here; nil when it has server blocks of its own.
        let profile: String?
    }

    /// Whether the app answers to every name on its sockets, which then are its alone.
    var ownsSockets: Bool { domains.isEmpty }

    func file(in layout: Layout) -> String? { version.map { layout.apps.appending("\(app)@\($0).conf").string } }
}

extension Site {
    init?(parsing words: [Substring]) {
        guard let app = try? AppName(validating: String(words[1])) else { return nil }
        self.app = app
        version = Int(words[2])
        domains = words.dropFirst(3).compactMap { try? Domain(validating: String($0)) }
        if domains.count != words.count - 3 { return nil }
    }

    var lines: [String] {
        let head = ["app", app.rawValue, version.map(String.init) ?? "-"] + domains.map(\.rawValue)
        return [head.joined(separator: " ")] + uses.map(\.line)
    }
}

extension Site.Use {
    init?(parsing words: [Substring]) {
        guard let key = MappingKey(words[1]), let transport = Transport(rawValue: String(words[2])) else { return nil }
        self.key = key
        self.transport = transport
        profile = words[3] == "-" ? nil : String(words[3])
        sockets = words.dropFirst(4).map { ListenSocket(parsing: $0) }
    }

    var line: String {
        (["use", key.description, transport.rawValue, profile ?? "-"] + sockets.map(\.description)).joined(
            separator: " ")
    }
}
