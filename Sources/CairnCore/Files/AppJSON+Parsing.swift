extension AppJSON {
    /// Reads the file; `file` is what errors call it, when it is not at the usual path.
    ///
    /// - Throws: `E-INVALID-FILE`: with line and column where the text is not JSON, else with the way to the value,
    ///   such as `healthchecks.web[0].attempts`, and what should be there.
    public init(parsing bytes: [UInt8], file: String = "app.json") throws(CairnError) {
        let root = JSONNode(file: file, path: "", value: try JSONValue(parsing: bytes, file: file))
        self.init()
        if let node = try root.member("env") { try readEnv(node) }
        if let node = try root.member("formation") { try readFormation(node) }
        if let node = try root.member("healthchecks") { try readHealthChecks(node) }
        if let node = try root.member("scripts") { try readScripts(node) }
        if let node = try root.member("cron") { try readCron(node) }
        if let node = try root.member("buildpacks") { try readBuildpacks(node) }
    }

    /// The same for text.
    public init(parsing text: String, file: String = "app.json") throws(CairnError) {
        try self.init(parsing: Array(text.utf8), file: file)
    }

    private mutating func readEnv(_ node: JSONNode) throws(CairnError) {
        for (name, entry) in try node.members() {
            let key = try entry.checked { () throws(CairnError) in try ConfigKey(validating: name) }
            let declaration = try readDeclaration(entry)
            if let value = declaration.value {
                _ = try entry.checked { () throws(CairnError) in try ConfigPair(key: key, value: value) }
            }
            env[key] = declaration
        }
    }

    /// The short form is the default value alone.
    private mutating func readDeclaration(_ entry: JSONNode) throws(CairnError) -> EnvDeclaration {
        if case .string = entry.value { return EnvDeclaration(value: try entry.string()) }
        guard case .object = entry.value else { throw entry.error("a string in double quotes or an object") }
        notices += try entry.notices(known: ["description", "value", "required", "generator", "sync"])
        var generator: EnvDeclaration.Generator?
        if let node = try entry.member("generator") {
            generator = EnvDeclaration.Generator(rawValue: try node.string())
            guard generator != nil else { throw node.error("\"secret\"") }
        }
        return EnvDeclaration(
            description: try entry.member("description")?.string(),
            value: try entry.member("value")?.string(),
            isRequired: try entry.member("required")?.flag() ?? true,
            generator: generator,
            sync: try entry.member("sync")?.flag() ?? false)
    }

    private mutating func readFormation(_ node: JSONNode) throws(CairnError) {
        for (name, entry) in try node.members() {
            let type = try entry.processType(name)
            // The last two are for clusters; apps that also run there carry them.
            notices += try entry.notices(known: ["quantity", "max_parallel", "autoscaling", "service"])
            let quantity = try entry.member("quantity")?.integer(0...Scale.maximumPerProcess)
            var parallel: Int?
            if let node = try entry.member("max_parallel") {
                parallel = node.value == -1 ? Scale.maximumPerProcess : try node.integer(1...Scale.maximumPerProcess)
            }
            formation[type] = Formation(quantity: quantity, maximumParallel: parallel)
        }
    }

    private mutating func readHealthChecks(_ node: JSONNode) throws(CairnError) {
        for (name, entries) in try node.members() {
            let type = try entries.processType(name)
            for entry in try entries.elements(maximum: 50) {
                healthChecks[type, default: []].append(try HealthCheck(entry, notices: &notices))
            }
        }
    }

    private mutating func readScripts(_ node: JSONNode) throws(CairnError) {
        scripts.firstDeploy = try node.member("postdeploy")?.script()
        guard let dokku = try node.member("dokku") else { return }
        notices += try dokku.notices(known: ["predeploy", "postdeploy"])
        scripts.predeploy = try dokku.member("predeploy")?.script()
        scripts.postdeploy = try dokku.member("postdeploy")?.script()
    }

    private mutating func readCron(_ node: JSONNode) throws(CairnError) {
        for entry in try node.elements(maximum: CronTask.maximumPerApp) {
            cron.append(try CronTask(entry, notices: &notices))
        }
    }

    private mutating func readBuildpacks(_ node: JSONNode) throws(CairnError) {
        for entry in try node.elements(maximum: 50) {
            // Heroku writes objects; a bare string can mean only one thing.
            var url = entry
            if case .object = entry.value {
                guard let member = try entry.member("url") else { throw entry.problem("has no \"url\"") }
                url = member
            }
            let text = try url.string()
            let isPlain = text.unicodeScalars.allSatisfy { !$0.isHidden && !$0.properties.isWhitespace }
            guard isPlain, !text.isEmpty, text.utf8.first != UInt8(ascii: "-") else {
                throw url.error("the URL of a buildpack or a name such as \"heroku/nodejs\"")
            }
            buildpacks.append(text)
        }
    }
}

extension JSONNode {
    fileprivate func processType(_ name: String) throws(CairnError) -> ProcessType {
        try checked { () throws(CairnError) in try ProcessType(validating: name) }
    }

    /// A command line for the shell; nil when there is nothing in it.
    fileprivate func script() throws(CairnError) -> String? {
        let text = try string()
        guard text.utf8.count <= 64 * 1024 else { throw problem("is longer than 64 KiB") }
        return text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : text
    }
}
