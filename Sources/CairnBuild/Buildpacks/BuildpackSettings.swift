/// What a build by buildpacks needs to know beside the settings of every build.
public struct BuildpackSettings: Sendable, Hashable {
    /// Where the stack and the bundled buildpacks are installed.
    public var directory: String
    /// Where fetched buildpacks are kept between builds.
    public var cacheDirectory: String
    /// What was set with `buildpacks:add` and `buildpacks:set`.
    public var list: [String] = []
    /// `buildpacks` of the source's app.json.
    public var declared: [String] = []
    /// The config vars, for the `ENV_DIR` of the buildpacks. They are in no image.
    public var config: [String: String] = [:]
    /// The name of the cache that is kept for the app between builds. A new name is an empty cache. Whoever knows it can
    /// mount it in a build of their own, so it is nothing to show or to guess.
    public var cacheID = ""
    /// The image to build in, instead of the standard stack's; and the one to run in.
    public var stack: String?
    public var runStack: String?
    /// A file of this host with certificate authorities that builds trust too.
    public var caCertificates: String?
    /// What this host shows to others that it fetches from.
    public var access: GitAccess?
    /// `HTTP_PROXY` and its like, for builds.
    public var proxies: [String: String] = [:]
    /// Seconds for each `bin/compile`.
    public var timeLimit = 3600

    /// Settings as they are for an app without any.
    public init(directory: String = "", cacheDirectory: String = "") {
        self.directory = directory
        self.cacheDirectory = cacheDirectory
    }

    /// For git and curl on this host, when they fetch from others: proxies, authorities, and what this host shows.
    public var remoteVariables: [String: String] {
        var variables = ProxySettings(proxies).variables.merging(access?.variables ?? [:]) { $1 }
        if let path = caCertificates {
            variables["GIT_SSL_CAINFO"] = path
            variables["CURL_CA_BUNDLE"] = path
        }
        return variables
    }
}

/// What a build by buildpacks found out, for the release.
public struct BuildpackFacts: Sendable, Hashable {
    /// The buildpacks in their order, with the commit where they have one.
    public var buildpacks: [String]
    /// The commands of the process types that the buildpacks propose; a Procfile goes before them.
    public var processTypes: [String: String]
    /// Config vars that the buildpacks propose; the app's own go before them.
    public var config: [String: String]

    /// Makes a note of what was found.
    public init(buildpacks: [String] = [], processTypes: [String: String] = [:], config: [String: String] = [:]) {
        self.buildpacks = buildpacks
        self.processTypes = processTypes
        self.config = config
    }
}
