import ArgumentParser
import CairnCore
import CairnDeploy

struct BuildpacksUpgradeStack: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "buildpacks:upgrade-stack", "Make the images of the stack anew, with the mirror's present packages.",
        discussion: """
            What runs stays as it is: each app is on them with its next build, for which ps:rebuild suffices. Images of the \
            stack that nothing needs any more are removed.
            """)
    static let takesApp = false

    func run(in context: CommandContext) async throws {
        try await context.platform().upgradeStack(reporter: context.reporter)
        context.output.step("The stack is up to date; cairn ps:rebuild --all builds the apps on it")
    }
}
