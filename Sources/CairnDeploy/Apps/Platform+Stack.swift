import CairnBuild
public import CairnCore
import CairnStore

extension Platform {
    /// Makes the images that builds by buildpacks are made on anew, with the packages that the mirror has now. Nothing that
    /// runs changes; each app gets them with its next build.
    ///
    /// - Throws: `E-ENGINE-DOWN`, `E-ENGINE-FAILED`, `E-BUILD-FAILED`.
    public func upgradeStack(reporter: any ProgressReporter) async throws {
        let properties = try store.properties(BuildpackProperty.namespace, in: .global)
        var build = BuildSettings(buildID: "upgrade-\(UInt32.random(in: 0 ... .max))")
        build.buildpacks = BuildpackSettings(
            directory: settings.share + "/buildpacks", cacheDirectory: settings.buildpackCopies)
        build.buildpacks.caCertificates = properties[BuildpackProperty.authorities]
        for (variable, key) in BuildpackProperty.proxies { build.buildpacks.proxies[variable] = properties[key] }
        try await BuildpackStack(settings: build, reporter: reporter)
            .upgrade(app: AppName(validating: "stack"), on: engine)
        try store.addEvent("stack-upgraded", actor: actor, "The images of the stack were made anew")
    }
}
