/// Rows of text in aligned columns.
public struct TextTable: Sendable, Equatable {
    private let rows: [[String]]

    /// - Parameters:
    ///   - header: The first line, if there is one.
    ///   - rows: The cells of each line; lines may differ in length.
    public init(header: [String]? = nil, rows: [[String]]) {
        self.rows = (header.map { [$0] } ?? []) + rows
    }

    /// One line per row, without blanks at the ends of lines. Columns are as wide as their widest cell and two blanks
    /// apart; the last cell of a row widens nothing, since nothing follows it.
    public var lines: [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.dropLast().enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.dropLast().enumerated() {
                line += cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            line += row.last ?? ""
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The lines in one text, without a line end after the last.
    public var text: String { lines.joined(separator: "\n") }
}
