import ArgumentParser
import CairnCore
import CairnDeploy
import CairnReceive
import CairnStore

struct Setup: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "setup", "Lay out the state root: directories, hooks, nginx's files, authorized keys.",
        discussion: "What is there already stays; it can be run again at any time.")
    static let access = CommandAccess.local
    static let takesApp = false

    func run(in context: CommandContext) async throws {
        let store = try context.store()
        try await context.platform().prepareRoot()
        try AuthorizedKeys.install(store.sshKeys(), settings: context.settings)
        context.output.step("The state root \(context.settings.root) is ready")
    }
}
