import ArgumentParser
import Avatar
import Engine
import Film
import Head
import Linear
import Photo
import Pixels
import Stage
import Workshop

struct StillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "still",
    abstract: "Draws one picture of an avatar.",
    discussion: """
      flexatar still me.ftar --yaw 10 --set viseme_aa=1 -o aa.png
      flexatar still me.ftar --framing portrait --size 512x512 --background none --set emotion_joy=0.8 -o joy.png
      """)

  @Argument(help: "The avatar.", completion: .file(extensions: ["ftar"]))
  var avatar: String

  @Option(name: .shortAndLong, help: "The picture to write (PNG).", completion: .file(extensions: ["png"]))
  var output: String

  @OptionGroup var scene: SceneOptions

  @Option(parsing: .unconditional, help: "Turn of the head in degrees, to the picture's right.")
  var yaw = 0.0

  @Option(parsing: .unconditional, help: "Nod of the head in degrees, downwards.")
  var pitch = 0.0

  @Option(parsing: .unconditional, help: "Tilt of the head in degrees, clockwise in the picture.")
  var roll = 0.0

  @Option(name: .customLong("set"), help: ArgumentHelp(PoseSetting.help, valueName: "name=value"))
  var settings: [PoseSetting] = []

  @Option(help: "Size in pixels; by default the photo's own in its own frame, else 512x512.")
  var size: PictureSize?

  @Option(help: "photo: the photo's own frame. close, portrait, shoulders: more and more of the person.")
  var framing = Choice(Framing.photo)

  @Option(help: "neutral: the face at rest. photo: the photo's own expression.")
  var expression = ExpressionOption.neutral

  @Flag(help: "Left and right change places.")
  var mirrored = false

  @Flag(help: "Print output, seconds, bytes, width and height as JSON.")
  var json = false

  enum ExpressionOption: String, ExpressibleByArgument, CaseIterable { case neutral, photo }

  func validate() throws {
    try OutputPlace.check([output], apartFrom: [avatar] + scene.inputs)
    for angle in [yaw, pitch, roll] {
      guard abs(angle) <= 90 else { throw ValidationError("Angles are degrees from -90 to 90.") }
    }
  }

  func run() throws {
    try Failure.guarding {
      let watch = Stopwatch()
      let rig = try DataFiles.find().rig()
      let offscreen = try Offscreen(rig: rig)
      let (first, mix) = try scene.load(into: [offscreen], avatar: avatar, rig: rig, isMirrored: mirrored)
      let wanted = size ?? defaultSize(first.camera)
      let drawn = Self.drawable(wanted)
      var picture = try offscreen.render(
        pose, mix: mix, framing: framing.value, width: drawn.width, height: drawn.height)
      if (drawn.width, drawn.height) != (wanted.width, wanted.height) {
        picture = try Photo.resized(picture, width: wanted.width, height: wanted.height)
      }
      // Only where nothing is behind or beside the person an alpha channel is needed.
      if !offscreen.stage.isTranslucent && !scene.round { picture = picture.withoutAlpha() }
      try Photo.writePNG(picture, to: output)
      if json {
        Terminal.answer(
          try Outcome(output, watch, [("width", .integer(picture.width)), ("height", .integer(picture.height))]).text)
      }
    }
  }

  private var pose: Pose {
    var pose = Pose()
    let radians = Double.pi / 180
    pose.yaw = Float(yaw * radians)
    pose.pitch = Float(pitch * radians)
    pose.roll = Float(roll * radians)
    pose.photoExpression = expression == .photo ? 1 : 0
    for setting in settings { setting.apply(to: &pose) }
    pose.moveLidsWithGaze()
    // The shapes keep their limits (lids meet, never cross); the head turns as far as it is asked to.
    Limits.clamp(&pose.weights)
    return pose
  }

  private func defaultSize(_ camera: Camera) -> PictureSize {
    framing.value == .photo
      ? PictureSize(width: Int(camera.photoSize.x.rounded()), height: Int(camera.photoSize.y.rounded()))
      : PictureSize(width: 512, height: 512)
  }

  /// Sizes beyond what graphics drivers draw are drawn smaller and enlarged.
  private static func drawable(_ size: PictureSize) -> PictureSize {
    let longest = max(size.width, size.height)
    guard longest > Stage.largestSize else { return size }
    func scaled(_ side: Int) -> Int { max(1, (side * Stage.largestSize + longest / 2) / longest) }
    return PictureSize(width: scaled(size.width), height: scaled(size.height))
  }
}

extension PixelBuffer {
  fileprivate func withoutAlpha() -> PixelBuffer {
    var rgb = PixelBuffer(width: width, height: height, channels: 3)
    for i in 0..<width * height {
      for c in 0..<3 { rgb.data[i * 3 + c] = data[i * 4 + c] }
    }
    return rgb
  }
}
