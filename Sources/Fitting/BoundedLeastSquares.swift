/// Least squares with bounds on the unknowns, from the normal equations, by projected Gauss-Seidel.
package enum BoundedLeastSquares {
  /// Improves `x` towards the minimum of x'Hx/2 - g'x with `low <= x <= high`.
  /// - Parameters:
  ///   - matrix: H, symmetric with a positive diagonal, row by row.
  ///   - sweeps: 60 are plenty for the regularised face fit; it stops earlier when nothing moves any more.
  package static func solve(
    matrix: [Float], right: [Float], low: [Float], high: [Float], sweeps: Int, into x: inout [Float]
  ) {
    let count = x.count
    matrix.withUnsafeBufferPointer { h in
      x.withUnsafeMutableBufferPointer { x in
        for _ in 0..<sweeps {
          var moved: Float = 0
          for k in 0..<count {
            let row = k * count
            var sum = right[k]
            for i in 0..<count { sum -= h[row + i] * x[i] }
            let value = max(low[k], min(high[k], x[k] + sum / h[row + k]))
            moved = max(moved, abs(value - x[k]))
            x[k] = value
          }
          if moved < 1e-6 { break }
        }
      }
    }
  }
}
