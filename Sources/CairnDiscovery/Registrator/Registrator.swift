import CairnCatalog
public import CairnCore
public import DockerEngine
public import Foundation

/// Makes services of containers by the rules of Registrator
/// (<https://gliderlabs.github.io/registrator/latest/user/services/>): each port that is listened on is a service, and
/// variables and labels that begin with `SERVICE_` say more about it. Pure: what the engine says in, catalog rows out.
///
/// Cairn's own rules differ where those of Registrator register what cannot be reached, or lose something:
/// `RegistratorSettings.Options.isStrict` turns that off.
public enum Registrator {
    /// A container as the engine describes it.
    public struct Observation: Sendable, Equatable {
        public var container: ContainerInspect
        /// The engine's answer as it came; needed only with a template for tags.
        public var document: JSONValue?
        /// The tags of its image, `name:tag`; needed only when it names its image by a digest.
        public var imageTags: [String]

        public init(_ container: ContainerInspect, document: JSONValue? = nil, imageTags: [String] = []) {
            self.container = container
            self.document = document
            self.imageTags = imageTags
        }
    }

    /// The services and checks of a container; none when it has ended for good.
    /// - Parameters:
    ///   - isDraining: It has been asked to stop.
    ///   - now: Decides how long a crashed container stays, and is the time of what is new.
    ///   - other: The container with that id or name, for one that shares another's network.
    public static func registration(
        of observation: Observation, settings: RegistratorSettings, node: String, isDraining: Bool = false,
        now: Date = Date(), other: (String) -> ContainerInspect? = { _ in nil }
    ) -> Registration {
        var work = RegistrationWork(
            observation: observation, settings: settings, node: node, isDraining: isDraining, now: now, other: other)
        work.run()
        return work.result
    }

    /// The same from a decoded answer alone.
    public static func registration(
        of container: ContainerInspect, settings: RegistratorSettings, node: String,
        networkModeContainers other: (String) -> ContainerInspect? = { _ in nil }
    ) -> Registration {
        registration(of: Observation(container), settings: settings, node: node, other: other)
    }
}
