public import CairnCore
public import CairnDeploy
import CairnStore

extension GitService {
    /// The property of the namespace `git` that holds the most bytes one push may send.
    public static let maximumSizeProperty = "push-max-size"
    /// That many, when the property is not set: 2 GiB.
    public static let standardMaximumSize = 2 << 30

    /// Makes ready what git needs for this app and says how to call git. A push makes an app that does not exist, unless
    /// the host-wide property `apps disable-autocreation` is `true`.
    ///
    /// - Parameters:
    ///   - name: The app whose repository the client names.
    ///   - platform: Acts for the client's key.
    ///   - environment: What git and its hooks are to see: `SessionEnvironment.variables`.
    ///   - reporter: Must not write to standard output, which belongs to git's protocol.
    /// - Returns: The call that serves the client.
    /// - Throws: `E-APP-NOT-FOUND` for anything but a push, `E-NOT-ALLOWED` when apps are not made by a push, `E-GIT` when
    ///   the repository cannot be made.
    public func command(
        for name: AppName, on platform: Platform, environment: [String: String], reporter: any ProgressReporter
    ) async throws -> GitCommand {
        let settings = platform.settings
        if self == .receivePack {
            try await platform.makeAppForPush(name, reporter: reporter)
        } else {
            _ = try platform.store.app(name)
        }
        // One that was lost is made anew, empty; the rows know all else about the app.
        try platform.makeRepository(of: name)
        let limit = try platform.store.effectiveProperties("git", of: name)[Self.maximumSizeProperty].flatMap(Int.init)
        return GitCommand(
            self, repository: settings.repository(of: name), settings: settings,
            maximumSize: limit ?? Self.standardMaximumSize,
            environment: environment)
    }
}

extension Platform {
    fileprivate func makeAppForPush(_ name: AppName, reporter: any ProgressReporter) async throws {
        if try store.findApp(name) != nil { return }
        guard try store.property("apps", "disable-autocreation", in: .global) != "true" else {
            throw CairnError(
                .notAllowed, "App \(name) does not exist, and on this host a push does not create apps",
                hint: "Create it first: cairn apps:create \(name)")
        }
        do {
            _ = try await createApp(name, reporter: reporter)
        } catch let error as CairnError where error.code == .nameTaken {
            // Another push created it meanwhile.
            _ = try store.app(name)
        }
    }
}
