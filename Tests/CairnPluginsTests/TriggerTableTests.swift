import Testing

@testable import CairnPlugins

@Suite("The trigger table")
struct TriggerTableTests {
    private let all = Trigger.table.flatMap(\.triggers)

    @Test("Every trigger is in it once, with a sentence about it")
    func completeAndUnique() {
        #expect(Set(all.map(\.name)).count == all.count)
        for trigger in all {
            #expect(trigger.summary.hasSuffix("."), "\(trigger.name): \(trigger.summary)")
            #expect(trigger.summary.count > 15, "\(trigger.name)")
        }
    }

    @Test(
        "What published plugins implement most is there",
        arguments: [
            "commands", "install", "dependencies", "update", "uninstall", "user-auth", "user-auth-service",
            "service-list", "service-action", "report", "post-create", "pre-delete", "post-delete",
            "post-app-clone-setup", "post-app-rename-setup", "pre-start", "pre-restore", "pre-receive-app",
            "post-extract", "pre-build", "pre-deploy", "core-post-deploy", "post-deploy", "docker-args-build",
            "docker-args-run", "docker-args-deploy", "post-domains-update", "proxy-build-config", "proxy-type",
            "nginx-pre-reload", "ports-get", "cron-entries", "cron-write", "scheduler-deploy", "scheduler-run",
            "scheduler-stop", "scheduler-logs-failed", "resource-get-property",
        ])
    func known(name: String) {
        #expect(Trigger.known[name] != nil)
    }

    @Test("A trigger that nobody knows is one that the work waits for")
    func unknown() {
        #expect(Trigger.named("my-own").class == .mandatory)
        #expect(Trigger.named("post-deploy").class == .advisory)
    }
}
