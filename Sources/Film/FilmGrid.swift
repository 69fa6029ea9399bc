/// How people share a picture: side by side, or in rows where that leaves each more room.
package struct FilmGrid {
  package struct Cell: Equatable {
    /// Pixels from the left and from the bottom.
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int
  }
  package let cells: [Cell]

  package init(people: Int, width: Int, height: Int) {
    // One row, or two full ones; the cells that are nearest to squares.
    let rows = people == 4 && 2 * width < 5 * height ? 2 : people == 2 && 4 * width < 3 * height ? 2 : 1
    let columns = people / rows
    func edge(_ part: Int, _ parts: Int, _ length: Int) -> Int { length * part / parts }
    cells = (0..<people).map { index in
      let (column, row) = (index % columns, rows - 1 - index / columns)
      let (x, y) = (edge(column, columns, width), edge(row, rows, height))
      return Cell(
        x: x, y: y, width: edge(column + 1, columns, width) - x, height: edge(row + 1, rows, height) - y)
    }
  }
}
