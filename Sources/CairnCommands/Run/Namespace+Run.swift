extension Namespace {
    static let run = Namespace(
        "run", "Run commands in containers of their own",
        [Run.self, RunDetached.self, RunList.self, RunLogs.self, RunStop.self])

    static let enter = Namespace("enter", "Run a command in a running container", [Enter.self])
}
