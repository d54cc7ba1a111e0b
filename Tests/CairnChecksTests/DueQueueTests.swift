import Testing

@testable import CairnChecks

@Suite struct DueQueueTests {
    @Test("What is due comes out in the order of time, whatever order it went in")
    func order() {
        var queue = DueQueue<Int, Int>()
        // A fixed scramble of 0..<997, since 7 is prime to 997.
        let scrambled = (0..<997).map { $0 * 7 % 997 }
        for moment in scrambled { queue.insert(moment * 10, at: moment) }
        #expect(queue.next == 0)
        #expect(queue.popFirst(by: -1) == nil)
        var found: [Int] = []
        while let first = queue.popFirst(by: 500) { found.append(first.item) }
        #expect(found == (0...500).map { $0 * 10 })
        #expect(queue.next == 501)
    }
}
