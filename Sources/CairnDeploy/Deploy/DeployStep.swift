import CairnCore
import Glibc

/// The named steps of a deploy, in their order. A process that dies after any of them leaves a state that `reconcile`
/// makes whole: before `committed` the old release serves, from then on the new one does.
public enum DeployStep: String, Sendable, CaseIterable {
    case locked, recorded, inspected, built, released, tasking, tasked, networked, reserved, created, started, gated
    case routed, committed, published, retired, finished
}

/// Where a deploy can be made to die, to show that nothing is lost: `CAIRN_CRASH_AT=<step>` kills the process, with the
/// signal that no program can catch, right after that step. For tests; nothing else sets it.
struct CrashPoint: Sendable {
    let step: DeployStep?

    init(environment value: String?) { step = value.flatMap(DeployStep.init(rawValue:)) }

    func passed(_ step: DeployStep) {
        if step == self.step { kill(getpid(), SIGKILL) }
    }
}
