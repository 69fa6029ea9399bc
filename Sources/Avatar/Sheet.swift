import Linear

/// The 2.5D sheet on which hair, ears, neck, shoulders and clothes are drawn: a grid over the photo with a depth at
/// every crossing. Lines are denser round the head.
public struct Sheet: Equatable, Sendable {
  /// Photo x of the vertical lines and y of the horizontal lines, pixels, rising.
  public var columns: [Float]
  public var rows: [Float]
  /// Avatar-space z at every crossing, cm, row by row; `columns.count * rows.count` values.
  public var depth: [Float]

  public init(columns: [Float], rows: [Float], depth: [Float]) {
    self.columns = columns
    self.rows = rows
    self.depth = depth
  }
}
