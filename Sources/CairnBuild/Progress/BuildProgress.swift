import CairnCore
import DockerEngine
import SwiftProtobuf

/// Follows a build and reports it; knows afterwards how it went. The engine's two builders tell it in two ways.
struct BuildProgress {
    /// How many of a step's last lines are kept to explain its failure.
    static let keptLines = 20

    private let version: BuildOptions.Version
    private var buildKit: BuildKitProgress
    private var classic: ClassicProgress

    init(version: BuildOptions.Version, reporter: any ProgressReporter) {
        self.version = version
        buildKit = BuildKitProgress(reporter: reporter)
        classic = ClassicProgress(reporter: reporter)
    }

    /// - Throws: `BinaryDecodingError` for a record that is no `StatusResponse`.
    mutating func take(_ event: BuildEvent) throws {
        switch event {
        case .trace(let bytes): buildKit.take(try Moby_Buildkit_V1_StatusResponse(serializedBytes: bytes))
        case .stream(let text): classic.take(text)
        case .status, .imageID, .error: break
        }
    }

    /// Reports what is left.
    mutating func finish() {
        buildKit.finish()
        classic.finish()
    }

    /// The step that ended the build, if the build failed in one.
    var failedStep: BuildFailure.FailedStep? {
        version == .buildKit ? buildKit.failedStep : classic.failedStep
    }

    /// Whether any step of the Dockerfile was begun.
    var hasSteps: Bool { steps > 0 }
    var steps: Int { version == .buildKit ? buildKit.stepCount : classic.steps }
    var cachedSteps: Int { version == .buildKit ? buildKit.cachedCount : classic.cachedSteps }
}
