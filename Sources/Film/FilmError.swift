import Stage

/// What can go wrong with off-screen pictures, films and sound files.
public enum FilmError: Error, Equatable, Sendable {
  /// There is no way to draw: no EGL display, or none with OpenGL ES 3.
  case noGraphics
  /// The context was there, but it cannot draw our pictures.
  case stage(StageError)
  /// The picture's size is zero, odd where a film needs even, or beyond what can be drawn.
  case badSize
  /// The file is not one that libav reads, or it is damaged from the start.
  case unreadable
  /// The file has no pictures.
  case noPictures
  /// Not one picture of the film can be decoded.
  case unreadablePictures
  /// The file has no sound track.
  case noSound
  /// The sound track holds no sample.
  case emptySound
  /// The sound has samples that are not numbers.
  case notANumber
  /// The sound's rate or number of channels is outside of what is supported.
  case unsupportedSound
  /// The sound's rate changes in the middle.
  case changingRate
  /// The file's ending is not .mp4, .m4v, .mov, .webm or .mkv, and it names no pictures (`NumberedName`).
  case unknownContainer
  /// libav was built without an encoder that this container needs.
  case noEncoder
  /// The encoder did not take the settings or a frame.
  case encodingFailed
  /// The file cannot be written.
  case unwritable
  /// The folder for the pictures holds something already.
  case notEmpty
  /// Another process makes this film.
  case busy
  /// Parts of the film that lie beside it cannot be read.
  case unreadableParts
  /// This kind of file has no transparency.
  case noTransparency

  /// The sentence for the user.
  public var message: String {
    switch self {
    case .noGraphics:
      "No OpenGL ES 3 is available: install a graphics driver, or Mesa's software renderer (libegl-mesa0, libgl1-mesa-dri)."
    case .stage(let error): error.message
    case .badSize: "The size must be even and between 16x16 and 4096x4096 pixels."
    case .unreadable: "This is not a sound file that can be read, or it is damaged."
    case .noPictures: "The file has no pictures: this is not a film."
    case .unreadablePictures: "This is not a film that can be read, or it is damaged."
    case .noSound: "The file has no sound track."
    case .emptySound: "The sound is empty (0 seconds)."
    case .notANumber: "The sound is damaged: it has samples that are not numbers."
    case .unsupportedSound: "The sound's sample rate or number of channels is not supported (4-384 kHz, 1-32 channels)."
    case .changingRate: "The sound's sample rate changes in the middle; convert it to a single one."
    case .unknownContainer:
      "Write to a file that ends in .mp4, .mov, .webm or .mkv, or to pictures: FOLDER/ or NAME-%05d.png."
    case .noEncoder: "The installed libav has no encoder for this kind of file."
    case .encodingFailed: "The encoder refused the film."
    case .unwritable: "The file cannot be written."
    case .notEmpty: "The folder for the pictures is not empty."
    case .busy: "Another process is making this film."
    case .unreadableParts: "The parts of the film that lie beside it are damaged: delete them and begin anew."
    case .noTransparency: "A transparent film is written to .webm, .mov or PNG pictures."
    }
  }
}
