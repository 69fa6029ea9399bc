import Neural

/// What can be wrong with the vision models.
public enum FaceError: Error, Equatable, Sendable {
  case detector(NeuralError)
  case landmarks(NeuralError)
  case matte(NeuralError)
  /// A readable model whose inputs or outputs are not those of the model expected.
  case otherModel

  /// The sentence to show.
  public var message: String {
    switch self {
    case .detector(let reason): "The model that finds faces cannot be used: \(reason.message)"
    case .landmarks(let reason): "The model of the face's landmarks cannot be used: \(reason.message)"
    case .matte(let reason): "The model that cuts people out cannot be used: \(reason.message)"
    case .otherModel: "A vision model is not the one this version was made for; fetch the models again."
    }
  }
}
