/// Asks again and again until the answer is yes or the time is up. For what tells nobody when it happens, such as what
/// another program does; where there is an event, wait for that.
///
/// - Returns: Whether the condition came to hold.
public func eventually(
    within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    var pause = Duration.milliseconds(10)
    while clock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: pause)
        pause = min(pause * 3 / 2, .milliseconds(250))
    }
    return try await condition()
}
