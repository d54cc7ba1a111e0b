import Subprocess

/// Variables for a child process, in the form that starting it takes.
struct ChildEnvironment {
    let custom: Environment

    init(_ variables: [String: String]) {
        var keyed: [Environment.Key: String] = [:]
        for (name, value) in variables { keyed[Environment.Key(stringLiteral: name)] = value }
        custom = .custom(keyed)
    }
}
