/// What can be wrong with a model file.
public enum NeuralError: Error, Equatable, Sendable {
  /// The file ends before something it refers to, or an offset points outside it.
  case truncated
  /// The file does not begin as a TensorFlow Lite model of schema version 3 with one graph.
  case notTFLite
  /// More tensors, operators, elements, memory or arithmetic than any model of ours needs.
  case tooLarge
  /// A tensor's type, rank, dimensions or stored values do not fit together.
  case badTensor
  /// An operator of a kind, version or option that this reader does not compute; the schema's code (32: custom).
  case unsupportedOperator(code: Int)
  /// An operator whose inputs, outputs and attributes do not fit together; its place in the file.
  case badOperator(index: Int)
  /// An operator reads a tensor that nothing before it has written, or writes one twice; its place in the file.
  case wrongOrder(index: Int)

  /// The end of a sentence that names the model.
  public var message: String {
    switch self {
    case .truncated: "its file is cut short or damaged; fetch the models again."
    case .notTFLite: "its file is not a TensorFlow Lite model; fetch the models again."
    case .tooLarge: "its file asks for more memory or work than is allowed; fetch the models again."
    case .badTensor: "its file holds a tensor whose description and data do not agree; fetch the models again."
    case .unsupportedOperator: "its file uses an operator that is not built in; fetch the models again."
    case .badOperator: "its file holds an operator whose inputs and attributes do not agree; fetch the models again."
    case .wrongOrder: "its operators are not in an order in which they can run; fetch the models again."
    }
  }
}
