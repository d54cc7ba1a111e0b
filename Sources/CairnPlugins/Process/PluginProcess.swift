import CairnCore
import Glibc

/// One run of a plugin's program: in a session of its own, watched until its end, and with all its descendants gone
/// afterwards.
///
/// The program's parent is a shell that does nothing but wait for it. A program that kills its parent hits that shell, and
/// this process only sees a plugin that was killed. The end of the shell shows as the end of a pipe that only the shell
/// holds; that some descendant still lives shows as another pipe that has not ended.
final class PluginProcess: Sendable {
    struct Request: Sendable {
        var call: ProgramCall
        /// What the shell's command line reads, for programs that look at their parent's.
        var title = "cairn-plugin"
        /// What the program reads; a descriptor of this process, or nil for nothing.
        var input: Int32?
        /// How long it may take; nil for as long as it likes.
        var timeLimit: Duration?
        var limits = PluginOutput.Limits()
        var keepsAnswer = false
    }

    struct Result: Sendable {
        let ending: ProcessEnding
        let answer: [UInt8]
        let evidence: [String]
        /// Whether processes were left that could not be ended.
        let leavesProcesses: Bool
    }

    private let request: Request
    private let show: @Sendable (String) -> Void
    /// Its writing end wakes the watching thread when the task is cancelled.
    private let wake: Pipe

    private init(_ request: Request, show: @escaping @Sendable (String) -> Void) throws(CairnError) {
        self.request = request
        self.show = show
        wake = try Pipe()
    }

    deinit {
        var wake = wake
        wake.close()
    }

    /// Runs the program to its end. A status other than 0, and a time that is over, are results.
    ///
    /// - Parameter show: Gets every line for people, from a thread of its own.
    /// - Throws: `E-IO` when it could not be started.
    static func run(_ request: Request, show: @escaping @Sendable (String) -> Void) async throws -> Result {
        let process = try PluginProcess(request, show: show)
        let outcome = await withTaskCancellationHandler {
            await process.watched()
        } onCancel: {
            process.cancel()
        }
        return try outcome.get()
    }

    private func cancel() {
        var byte = UInt8(1)
        Glibc.write(wake.write, &byte, 1)
    }

    private func watched() async -> Swift.Result<Result, CairnError> {
        await withCheckedContinuation { continuation in
            let work = Unmanaged.passRetained(Work { continuation.resume(returning: self.outcome()) })
            var thread = pthread_t()
            let made = pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                    return nil
                }, work.toOpaque())
            guard made == 0 else {
                work.release()
                let error = CairnError(.io, "No thread can be started: \(String(cString: strerror(made)))")
                return continuation.resume(returning: .failure(error))
            }
            pthread_detach(thread)
        }
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private func outcome() -> Swift.Result<Result, CairnError> {
        do throws(CairnError) { return .success(try supervise()) } catch { return .failure(error) }
    }

    private func supervise() throws(CairnError) -> Result {
        var watch = try ProcessWatch(wake: wake.read)
        defer { watch.close() }
        var output = PluginOutput(limits: request.limits, keepsAnswer: request.keepsAnswer, show: show)
        let process = try start(watch)
        watch.started()
        let deadline = request.timeLimit.map { ContinuousClock.now + $0 }
        var interruption = watch.follow(until: deadline, into: &output)
        if interruption != nil { watch.askToEnd(process, into: &output) }
        let status = watch.endAll(process)
        let leavesProcesses = !watch.allHaveEnded(marker: marker)
        if !watch.drain(into: &output) && interruption == nil { interruption = .tooMuchOutput }
        output.finish()
        return Result(
            ending: interruption ?? ProcessEnding(waitStatus: status), answer: output.answer,
            evidence: output.evidence, leavesProcesses: leavesProcesses)
    }

    /// What the descendants carry in their environment.
    private var marker: String { "\(Self.markerVariable)=\(getpid()).\(wake.read)" }
    private static let markerVariable = "CAIRN_PLUGIN_RUN"

    private func start(_ watch: ProcessWatch) throws(CairnError) -> pid_t {
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { Glibc.close(nothing) }
        let input = fcntl(request.input ?? nothing, F_DUPFD_CLOEXEC, 32)
        defer { Glibc.close(input) }
        var environment = request.call.environment
        environment[Self.markerVariable] = "\(getpid()).\(wake.read)"
        // The shell outlives a request to end, so that the program has time to follow it. What it would say itself about
        // the program's end is said better here.
        let script = """
            cd -- "$1" || exit 126
            shift
            trap : HUP INT TERM
            exec 7>&2 2>/dev/null
            "$@" 2>&7 7>&- \(ProcessWatch.shellDescriptor)>&-
            exit $?
            """
        return try Spawn.start(
            ["/bin/sh", "-c", script, request.title, request.call.directory, request.call.program]
                + request.call.arguments,
            environment: environment, descriptors: [(input, 0)] + watch.descriptors, ownSession: true)
    }
}
