import CairnCatalog
import Foundation

extension CheckSchedule {
    /// What a TTL check says when nobody spoke up in time, in Consul's words.
    static var expired: String { "TTL expired" }

    /// Takes over what the catalog says of this node's checks: begins with new ones, ends with those that are gone.
    mutating func update(_ snapshot: CatalogSnapshot, _ now: Now) {
        let rows = snapshot.ownChecks
        let present = Set(rows.map(\.key))
        for key in checks.keys where !present.contains(key) { checks[key] = nil }
        for row in rows {
            if let known = checks[row.key], known.isTried(as: row) {
                refresh(known, with: row, now)
            } else {
                add(row, now)
            }
        }
        forgetRestarts()
    }

    private mutating func add(_ row: Check, _ now: Now) {
        let isChanged = checks[row.key] != nil
        var check = ScheduledCheck<Moment>(
            check: row, state: CheckState(row.status, row.definition), generation: nextGeneration())
        // The output of a check that was another one, or has never been tried, is replaced at once.
        check.toldAt = isChanged || row.output.isEmpty ? nil : now.moment
        check.removeAt = removal(of: row, now)
        if row.definition.probe.isMade {
            // While its container is restarted, the end of that begins it.
            let rests = row.purpose == .liveness && restarts[check.group]?.isUnderWay == true
            check.dueAt = rests ? nil : now.moment.advanced(by: firstPause(row, now))
        } else {
            check.dueAt = expiry(of: row, now)
        }
        store(check)
    }

    private mutating func refresh(_ known: ScheduledCheck<Moment>, with row: Check, _ now: Now) {
        if known.check == row { return }
        var check = known
        check.check = row
        if (row.status, row.since) != (known.check.status, known.check.since) {
            check.removeAt = removal(of: row, now)
        }
        if !row.definition.probe.isMade { check.dueAt = expiry(of: row, now) }
        store(check)
    }

    /// The pause before the first try: what has just come and is not known to work is tried soon, so that it is found soon.
    private func firstPause(_ row: Check, _ now: Now) -> Duration {
        if let delay = row.definition.initialDelay {
            let rest = delay - .seconds(max(now.date.timeIntervalSince(row.since), 0))
            if rest > .zero { return rest }
        }
        let interval = max(row.definition.interval, Self.shortestInterval)
        return settings.spread(row.status == .critical ? min(interval, Self.longestFirstPause) : interval)
    }

    /// When a TTL check expires; nil for others, and for one that has.
    private func expiry(of row: Check, _ now: Now) -> Moment? {
        guard case .ttl(let ttl) = row.definition.probe else { return nil }
        guard let deadline = row.deadline else {
            return row.status == .critical ? nil : now.moment.advanced(by: ttl)
        }
        if row.status == .critical && row.output == Self.expired { return nil }
        let isFromBefore = deadline.timeIntervalSince(begin) < ttl / .seconds(1)
        // Nobody could speak up while there was no daemon: there is as much time as after a word.
        return isFromBefore
            ? max(now.moment(of: deadline), now.moment(of: begin + ttl / .seconds(1))) : now.moment(of: deadline)
    }

    private func removal(of row: Check, _ now: Now) -> Moment? {
        guard row.status == .critical, row.serviceID != nil, let after = row.definition.deregisterAfter else {
            return nil
        }
        return now.moment(of: max(row.since, begin) + max(after, settings.removalFloor) / .seconds(1))
    }

    /// What has no liveness check any more cannot be restarted again.
    private mutating func forgetRestarts() {
        if restarts.isEmpty { return }
        let groups = Set(checks.values.lazy.filter { $0.check.purpose == .liveness }.map(\.group))
        restarts = restarts.filter { $0.value.isUnderWay || groups.contains($0.key) }
    }
}

extension CatalogSnapshot {
    /// The checks of this host's own node and its services.
    var ownChecks: [Check] {
        var found = nodeChecks[ownNode] ?? []
        for entries in services.values {
            for entry in entries where entry.service.node == ownNode { found += entry.checks }
        }
        return found
    }
}
