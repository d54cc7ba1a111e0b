import CairnCatalog
import CairnCore

/// The names of Cairn's own apps: `<app>`, `<process>.<app>` and `<n>.<process>.<app>`.
extension Zone {
    /// Names of apps may hold dots: the longest app counts.
    func app(
        _ labels: [String], _ question: DNSQuestion, _ random: inout some RandomNumberGenerator
    ) -> DNSFinding {
        let whole = labels.joined(separator: ".")
        let web = snapshot.entries(app: whole, process: "web")
        if !web.isEmpty { return instances(web, question, &random) }
        if labels.count >= 2 {
            let copies = snapshot.entries(app: labels[1...].joined(separator: "."), process: labels[0])
            if !copies.isEmpty { return instances(copies, question, &random) }
        }
        if labels.count >= 3, let index = Int(labels[0]), String(index) == labels[0] {
            let copies = snapshot.entries(app: labels[2...].joined(separator: "."), process: labels[1])
            let copy = copies.filter { $0.service.appInstance?.name.index == index }
            if !copy.isEmpty { return instances(copy, question, &random) }
        }
        // Under an app without a web process there are names of others. One that does not exist could have none
        // (RFC 8020).
        if isApp(whole) { return .answer(noData("the app has no web process that runs")) }
        return .answer(nameError("no app, process or service has that name"))
    }

    private func isApp(_ name: String) -> Bool {
        snapshot.services.values.contains { entries in
            entries.contains { $0.service.appInstance?.app.rawValue == name && isVisible($0) }
        }
    }

    /// The name of one copy.
    func name(of instance: Service.AppInstance) -> DNSName? {
        let labels =
            [String(instance.name.index), instance.name.process.rawValue.lowercased()]
            + instance.app.rawValue.split(separator: ".").map(String.init)
        return DNSName(labels: labels, under: domain)
    }
}
