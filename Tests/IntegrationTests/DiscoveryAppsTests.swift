import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Discovery of apps")
    struct DiscoveryApps {
        @Test(
            """
            Copies are found by DNS, HTTP and commands; one that is killed, paused or stopped leaves at once and returns, and \
            no request fails while another lives
            """
        )
        func story() async throws {
            try await TestHost.run { host in
                let server = SampleApp.server.replacing(
                    "$SIG{TERM} = sub { $ending = 1 }", with: "$SIG{TERM} = sub { $ending = 1 unless -e '/tmp/deaf' }")
                let app = try await SampleApp(
                    "billing", on: host,
                    files: ["server.pl": server, "Procfile": "web: perl server.pl\nworker: sleep 100000\n"])
                try await host.cairn("apps:create", "billing").check()
                // The engine is to leave what has ended, so that the time in between can be seen.
                try await host.cairn("ps:set", "billing", "restart-policy", "no").check()
                try await host.cairn("ps:scale", "billing", "web=2", "worker=1").check()
                try await app.push().check()
                try await host.withDiscovery { _ in
                    try await foundByDNS(host)
                    try await foundByHTTP(host)
                    try await foundByCommands(host)
                    try await claimed(host)
                    try await killed(host, app)
                    try await paused(host)
                    try await stopped(host)
                }
                // Without the daemon, the rows still tell.
                let rows = try await host.cairnJSON("services:resolve", "web.billing")
                #expect(rows["records"].items.count == 2)
                #expect(try await host.dig("web.billing.cairn").status == "")
            }
        }

        private func foundByDNS(_ host: TestHost) async throws {
            let web = try host.addresses(of: "billing")
            for name in ["web.billing.cairn", "billing.cairn", "billing.service.cairn", "WEB.billing.consul"] {
                let reply = try await host.dig(name)
                #expect(reply.status == "NOERROR" && reply.values == web.sorted(), "\(reply)")
                #expect(reply.timesToLive == ["0"])
            }
            #expect(try await host.dig("1.web.billing.cairn").values == [web[0]])
            #expect(try await host.dig("2.web.billing.cairn", options: ["+tcp"]).values == [web[1]])
            #expect(try await host.dig("3.web.billing.cairn").status == "NXDOMAIN")

            let locations = try await host.dig("_billing._tcp.service.cairn", "SRV")
            #expect(locations.values.count == 2, "\(locations)")
            #expect(
                locations.values.allSatisfy { $0.hasPrefix("1 1 5000 ") && $0.hasSuffix(".cairn.") }, "\(locations)")
            #expect(Set(web).isSubset(of: locations.additional), "\(locations)")

            let sixes = try await host.dig("web.billing.cairn", "AAAA")
            #expect(sixes.status == "NOERROR" && sixes.values == [] && sixes.authority.count == 1, "\(sixes)")
            for name in ["nobody.cairn", "nobody.service.cairn", "web.nobody.cairn"] {
                let reply = try await host.dig(name)
                #expect(reply.status == "NXDOMAIN" && reply.authority.count == 1, "\(reply)")
            }
            #expect(try await host.dig("example.com").status == "REFUSED")

            let worker = try host.addresses(of: "billing", "worker")
            #expect(try await host.dig("worker.billing.cairn").values == worker)
            let portless = try await host.dig("billing_worker.service.cairn", "SRV")
            #expect(portless.status == "NOERROR" && portless.values == [], "\(portless)")
            let reversed = web[0].split(separator: ".").reversed().joined(separator: ".") + ".in-addr.arpa"
            #expect(try await host.dig(reversed, "PTR").values.contains("1.web.billing.cairn."))
        }

        private func foundByHTTP(_ host: TestHost) async throws {
            let web = try host.addresses(of: "billing")
            let found = try await host.instances(of: "billing")
            #expect(found.map(\.location).sorted() == web.map { $0 + ":5000" }.sorted())
            #expect(found.allSatisfy { $0.tags == ["web"] && $0.meta["app"] == "billing" && $0.status == "passing" })
            #expect(try await host.passing("billing").count == 2)
            let names = try await host.catalog("/v1/catalog/services").json()
            #expect(names["billing"].items.map(\.string) == ["web"])
            let worker = try await host.catalog("/v1/catalog/service/billing_worker").json().items
            #expect(worker.map { $0["ServicePort"].number } == [0])
            #expect(worker.map { $0["ServiceAddress"].string } == (try host.addresses(of: "billing", "worker")))
            // Nobody takes an app's copies out of the catalog, or pretends to be one.
            let removal = try await host.catalog("/v1/agent/service/deregister/\(found[0].id)", "PUT")
            #expect(removal.status == 403, "\(removal)")
            let claim = #"{"Name": "billing", "ID": "mine", "Port": 1}"#
            #expect(try await host.catalog("/v1/agent/service/register", "PUT", body: claim).status == 403)
            #expect(try await host.passing("billing").count == 2)
        }

        private func foundByCommands(_ host: TestHost) async throws {
            let web = try host.addresses(of: "billing").map { $0 + ":5000" }.sorted()
            let list = try await host.cairnJSON("services:list").items
            let billing = list.first { $0["name"].string == "billing" } ?? .null
            #expect(billing["instances"].items.map { $0["status"].string } == ["passing", "passing"])
            #expect(list.contains { $0["name"].string == "billing_worker" })
            let info = try await host.cairnJSON("services:info", "billing").items
            #expect(info.map { "\($0["address"].string):\($0["port"].number)" }.sorted() == web)
            #expect(info.allSatisfy { $0["origin"].string == "app billing" })
            let resolved = try await host.cairnJSON("services:resolve", "web.billing")
            #expect(resolved["records"].items.count == 2 && resolved["name"].string.hasPrefix("web.billing.cairn"))
            let nobody = try await host.cairn("services:resolve", "nobody")
            #expect(nobody.status == 1 && nobody.output.isEmpty, "\(nobody)")
            #expect(try await host.cairn("services:health", "billing", "--failing").check().lines.count <= 1)
        }

        /// Containers that call themselves like a copy of the app, by name and by id.
        private func claimed(_ host: TestHost) async throws {
            let before = try await host.instances(of: "billing")
            try await ForeignContainers.on(host) { containers in
                let named = try await containers.start(
                    "named", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "billing"])
                let identified = try await containers.start(
                    "identified", ports: ["80/tcp": FreePort.next()],
                    labels: ["SERVICE_NAME": "usurper", "SERVICE_ID": before[0].id])
                // What starts after them is seen after them.
                try await containers.start(
                    "last", ports: ["80/tcp": FreePort.next()], labels: ["SERVICE_NAME": "last"])
                #expect(try await host.turns("last", "passing"))
                #expect(try await host.instances(of: "billing") == before)
                #expect(try await host.instances(of: "usurper") == [])
                let first = try await host.cairn("services:explain", named).check()
                #expect(first.output.contains("refused") && first.output.contains("billing"), "\(first)")
                let second = try await host.cairn("services:explain", identified).check()
                #expect(second.output.contains("refused") && second.output.contains(before[0].id), "\(second)")
            }
            #expect(try await host.instances(of: "billing") == before)
        }

        /// Each copy in turn, under load.
        private func killed(_ host: TestHost, _ app: SampleApp) async throws {
            let web = try host.addresses(of: "billing")
            let watch = try host.cairnInBackground("services:watch", "billing")
            let isWatching = try await eventually {
                web.allSatisfy { watch.output.contains("is       billing  \($0):5000  passing") }
            }
            #expect(isWatching, "\(watch.output)")
            let tally = try await Visitors.during(count: 4, on: host, domain: app.domain) {
                for (number, other) in [(1, web[1]), (2, web[0])] {
                    let container = try await host.container(of: "billing", "web.\(number)")
                    try await host.engine.killContainer(container)
                    #expect(try await host.finds("billing", at: [other]), "web.\(number)")
                    #expect(try await host.dig("\(number).web.billing.cairn").values == [])
                    try await host.engine.startContainer(container)
                    #expect(try await host.finds("billing", at: web))
                }
            }
            watch.kill(by: SIGTERM)
            let output = await watch.outcome().output
            #expect(tally.requests > 50)
            #expect(tally.failures == [], "of \(tally.requests) requests")
            for address in web {
                #expect(output.contains("changed  billing  \(address):5000  critical"), "\(output)")
                #expect(output.contains("changed  billing  \(address):5000  passing"), "\(output)")
            }
        }

        private func paused(_ host: TestHost) async throws {
            let web = try host.addresses(of: "billing")
            let container = try await host.container(of: "billing", "web.1")
            try await host.engine.pauseContainer(container)
            #expect(try await host.finds("billing", at: [web[1]]))
            let complaints = try await host.instances(of: "billing").map(\.complaint).filter { !$0.isEmpty }
            #expect(complaints == ["is paused"])
            let failing = try await host.cairn("services:health", "billing", "--failing")
            #expect(failing.status == 1 && failing.output.contains("is paused"), "\(failing)")
            try await host.engine.unpauseContainer(container)
            #expect(try await host.finds("billing", at: web))
        }

        private func stopped(_ host: TestHost) async throws {
            let web = try host.addresses(of: "billing")
            let container = try await host.container(of: "billing", "web.2")
            try await host.execute("touch /tmp/deaf", in: container)
            async let end: Void = host.engine.stopContainer(container, timeout: 5)
            #expect(try await host.finds("billing", at: [web[0]]))
            let complaints = try await host.instances(of: "billing").map(\.complaint).filter { !$0.isEmpty }
            #expect(complaints == ["is being stopped"])
            #expect(try await host.engine.inspectContainer(container).state.running)
            try await end
            #expect(try await !host.engine.inspectContainer(container).state.running)
            try await host.engine.startContainer(container)
            #expect(try await host.finds("billing", at: web))
        }
    }
}
