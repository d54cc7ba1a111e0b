/// A registry outside: turns registrations into records, and reads, writes and removes those.
///
/// Every call may fail; then nothing is known of what the registry holds, and it is read again before anything is written.
protocol Registry: Sendable {
    /// What the registry is to hold for these instances. Pure.
    func records(for registrations: [Registration]) throws -> RecordSet

    /// What it holds of this node's own, `Record.readable` by key. What others wrote is not among it.
    ///
    /// - Parameter wanted: What will be written next, for registries that compare by themselves.
    func read(_ wanted: RecordSet) async throws -> [String: String]

    /// Writes a record, whether it was there or not.
    ///
    /// - Throws: `RecordRefused` when it is this record that cannot be written; others can.
    func put(_ record: Record) async throws

    /// Removes a record; one that is not there is no error.
    func remove(_ key: String) async throws

    /// Tells the present status of what lives in the registry.
    func beat(_ record: Record) async throws

    /// Keeps alive what would expire.
    ///
    /// - Returns: The keys of records that have got lost.
    func refresh(_ records: [Record]) async throws -> [String]

    /// Gives back connections.
    func close() async
}

extension Registry {
    func beat(_ record: Record) async throws {}
    func refresh(_ records: [Record]) async throws -> [String] { [] }
    func close() async {}
}

/// The registry does not take a record, and will not take it when it is asked again.
struct RecordRefused: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
