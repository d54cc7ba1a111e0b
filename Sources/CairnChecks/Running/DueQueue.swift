/// Who is to be looked at when: a binary heap, so that a thousand checks cost no more than a few comparisons each time.
struct DueQueue<Moment: Comparable & Sendable, Item: Sendable>: Sendable {
    private var heap: [(moment: Moment, item: Item)] = []

    /// When the first is due.
    var next: Moment? { heap.first?.moment }

    mutating func insert(_ item: Item, at moment: Moment) {
        heap.append((moment, item))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].moment <= heap[child].moment { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    /// Takes the first out if it is due by then.
    mutating func popFirst(by moment: Moment) -> (moment: Moment, item: Item)? {
        guard let first = heap.first, first.moment <= moment else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].moment < heap[smallest].moment { smallest = child }
            }
            if smallest == parent { return first }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
