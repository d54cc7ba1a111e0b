import CairnDeploy
import CairnStore
import Foundation
import Logging
import ServiceLifecycle

/// What is to be done when its time has come.
protocol DueWork: Sendable {
    /// Does what is due.
    ///
    /// - Returns: When something is due next; nil when nothing is.
    func doDue() async throws -> Date?
}

/// Stops replaced copies when they have had their time to drain, removes one-off containers whose time is up, and then the
/// images that no kept release needs.
struct Retirement: DueWork {
    let platform: Platform

    func doDue() async throws -> Date? {
        let before = try platform.store.retiringInstances()
        let nextInstance = try await platform.stopDueInstances()
        let nextOneOff = try await platform.removeOverdueOneOffs()
        if try platform.store.retiringInstances().count < before.count { try await platform.removeOldImages() }
        return [nextInstance, nextOneOff].compactMap { $0 }.min()
    }
}

/// Does due work at its time, which changes with every poke.
struct RetirementService: ServiceLifecycle.Service, CustomStringConvertible {
    let work: any DueWork
    let pokes: Pokes
    let logger: Logger

    /// For the log of the services' beginnings and ends.
    var description: String { "RetirementService" }

    func run() async throws {
        let subscription = pokes.subscribe()
        let alarm = Alarm(subscription)
        subscription.poke()
        await cancelWhenGracefulShutdown {
            var backoff = Backoff()
            for await _ in subscription.stream {
                do {
                    let next = try await work.doDue()
                    alarm.set(after: next.map { .seconds(max(0, $0.timeIntervalSinceNow)) })
                    backoff.reset()
                } catch {
                    if Task.isCancelled { return }
                    let pause = backoff.pause()
                    logger.warning(
                        "What is due could not be done; trying again in \(pause)", metadata: ["error": "\(error)"])
                    alarm.set(after: pause)
                }
            }
        }
    }
}
