/// What `NetworkBuilder` makes of a model: the steps, and one block of memory, the arena first, constants behind it.
struct NetworkPlan {
  var steps: [Step] = []
  var arenaSize = 0
  var constants: [Float] = []
  var inputs: [Int] = []
  var outputs: [Int] = []
  var inputShapes: [[Int]] = []
  var outputShapes: [[Int]] = []
}
