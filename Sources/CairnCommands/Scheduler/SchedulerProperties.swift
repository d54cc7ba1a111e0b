import CairnCore
import CairnDeploy
import CairnStore

enum SchedulerProperties: PropertyNamespace {
    static let name = "scheduler"
    static let repeatsKeysWithPrefix = true
    static let definitions = [
        PropertyDefinition(
            "selected", standard: Scheduler.own,
            PropertyKind(expectation: "\(Scheduler.own), which is Cairn itself, or the name of a plugin's") { value in
                guard (try? ProcessType(validating: value)) != nil else { throw PropertyKind.Mismatch() }
                return value
            }),
        PropertyDefinition("shell", .text),
    ]
}

extension Namespace {
    static let scheduler = Namespace(
        "scheduler", "Who runs the containers of an app",
        [PropertyReport<SchedulerProperties>.self, PropertySet<SchedulerProperties>.self])
}
