import CairnCatalog
import CairnCore
import CairnStore
import Foundation

/// Consul's ways to write keys and sessions.
enum PairShape {
    static func pair(_ pair: Pair, hasValue: Bool = true) -> JSONValue {
        var members: [String: JSONValue] = [
            "LockIndex": .count(pair.lockIndex), "Key": .string(pair.key), "Flags": .number(pair.flags),
            "Value": .null, "CreateIndex": .count(pair.createIndex), "ModifyIndex": .count(pair.modifyIndex),
        ]
        if hasValue && !pair.value.isEmpty { members["Value"] = .string(Data(pair.value).base64EncodedString()) }
        if let session = pair.session { members["Session"] = .string(session) }
        return .object(members)
    }

    static func session(_ session: Session) -> JSONValue {
        [
            "ID": .string(session.id), "Name": .string(session.name), "Node": .string(session.node ?? ""),
            "LockDelay": .integer(session.lockDelay.goNanoseconds), "Behavior": .string(session.behavior.rawValue),
            "TTL": .string(session.ttl?.goText ?? ""), "NodeChecks": .strings(session.nodeChecks),
            "ServiceChecks": session.serviceChecks.isEmpty
                ? .null : .array(session.serviceChecks.map { ["ID": .string($0), "Namespace": ""] }),
            "CreateIndex": .count(session.createIndex), "ModifyIndex": .count(session.modifyIndex),
        ]
    }
}

extension JSONValue {
    /// A number of 64 bits without sign, as far as JSON here holds it.
    static func number(_ number: UInt64) -> JSONValue {
        Int(exactly: number).map(JSONValue.integer) ?? .double(Double(number))
    }
}
