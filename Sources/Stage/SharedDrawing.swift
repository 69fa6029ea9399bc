import CGLES
import Head
import Linear
import Pixels

/// What the graphics driver holds once for all avatars: programs, the rig's triangles, and the buffers that
/// every frame overwrites.
final class SharedDrawing {
  let picture = Program(
    vertex: ShaderText.flatVertex, fragment: ShaderText.pictureFragment, samplers: ["picture"])
  let join = Program(
    vertex: ShaderText.flatVertex, fragment: ShaderText.joinFragment, samplers: ["picture", "matte"])
  let layer = Program(vertex: ShaderText.flatVertex, fragment: ShaderText.layerFragment, samplers: ["picture"])
  let framed = Program(vertex: ShaderText.flatVertex, fragment: ShaderText.framedFragment, samplers: ["picture"])
  let sheetInner = Program(
    vertex: ShaderText.sheetVertex, fragment: ShaderText.sheetInnerFragment, samplers: ["head"])
  let sheetOuter = Program(
    vertex: ShaderText.sheetVertex, fragment: ShaderText.sheetOuterFragment, samplers: ["head", "frame"])
  private let one = PersonPrograms(isMix: false)
  /// There from the moment on when two avatars are.
  private(set) var mix: PersonPrograms?
  private var isWhole = false

  let face: FaceTriangles
  /// Those of `face` that the frame shows.
  let seen: SeenTriangles
  /// The rig's, and behind them, from `firstFace` on, room for those of `seen`.
  let triangles: UInt32
  let firstFace: Int
  let positions: UInt32
  /// Part of the second avatar, a vertex.
  let shares: UInt32
  let creases: UInt32
  /// Place in `creases` and side (0 right ... 1 left), a vertex.
  let creasePlaces: UInt32
  let plates: UInt32
  let plateTriangles: UInt32
  let emptyArray: UInt32
  let joinFramebuffer: UInt32

  init(rig: Rig) throws(StageError) {
    let lines = Creases.picture()
    face = FaceTriangles(rig: rig, creases: lines)
    seen = SeenTriangles(face)
    triangles = VertexBuffer.make(GLES_ELEMENT_ARRAY_BUFFER, rig.triangles + face.indices)
    firstFace = rig.triangles.count
    positions = VertexBuffer.makeDynamic(rig.vertexCount)
    shares = VertexBuffer.makeDynamic(rig.vertexCount)
    creases = Texture.make()
    Texture.fill(creases, lines)
    creasePlaces = VertexBuffer.make(
      GLES_ARRAY_BUFFER,
      rig.neutral.map { p in
        let place = Creases.place(p)
        return SIMD4(place.x, place.y, Elementary.smoothstep(-0.6, 0.6, p.x), 0)
      })
    plates = VertexBuffer.makeDynamic(2 * EyeGeometry.count)
    var plateIndices = EyeGeometry.triangles
    plateIndices += EyeGeometry.triangles.map { $0 + UInt16(EyeGeometry.count) }
    plateTriangles = VertexBuffer.make(GLES_ELEMENT_ARRAY_BUFFER, plateIndices)
    emptyArray = glesCreateVertexArray()
    joinFramebuffer = glesCreateFramebuffer()
    for program in flat + one.plain { try program.finish() }
  }

  private var flat: [Program] { [picture, join, layer, framed, sheetInner, sheetOuter] }

  func programs(isMix: Bool) -> PersonPrograms { (isMix ? mix : nil) ?? one }

  /// Waits for the programs that not even the first frames of a face need.
  func finishRare() throws(StageError) {
    guard !isWhole else { return }
    for program in one.rare { try program.finish() }
    isWhole = true
  }

  /// Makes what mixes of two avatars are drawn with.
  func prepareMix() throws(StageError) {
    guard mix == nil else { return }
    let programs = PersonPrograms(isMix: true)
    for program in programs.plain + programs.rare { try program.finish() }
    mix = programs
  }

  func delete() {
    let persons = one.plain + one.rare + (mix.map { $0.plain + $0.rare } ?? [])
    for program in flat + persons { glesDeleteProgram(program.name) }
    for buffer in [triangles, positions, shares, creasePlaces, plates, plateTriangles] { glesDeleteBuffer(buffer) }
    glesDeleteTexture(creases)
    glesDeleteVertexArray(emptyArray)
    glesDeleteFramebuffer(joinFramebuffer)
  }
}

/// What one person is drawn with, or a mix of two.
struct PersonPrograms {
  /// Without what is rarely seen: a processor that draws does all that a program might, whatever the uniforms say.
  let face: Program
  /// With shut lids.
  let faceLidded: Program
  /// With shut lids and the lines that expressions draw.
  let faceCreased: Program
  let mouth: Program
  let eye: Program
  /// Makes one picture of two; nil for one person.
  let dissolve: Program?

  init(isMix: Bool) {
    let mix: StaticString = isMix ? "#define MIX\n" : ""
    let faceSamplers: [StaticString] = ["head", "atlas", "head2", "atlas2", "creases"]
    face = Program(
      vertex: ShaderText.faceVertex, fragment: ShaderText.faceFragment, prefix: mix, samplers: faceSamplers)
    mouth = Program(
      vertex: ShaderText.mouthVertex, fragment: ShaderText.mouthFragment, prefix: mix,
      samplers: isMix ? ["head", "atlas", "head2"] : ["head"])
    eye = Program(
      vertex: ShaderText.eyeVertex, fragment: ShaderText.eyeFragment, prefix: mix,
      samplers: isMix ? ["head", "atlas", "head2", "atlas2"] : ["head", "atlas"])
    dissolve =
      isMix
      ? Program(vertex: ShaderText.flatVertex, fragment: ShaderText.dissolveFragment, samplers: ["first", "second"])
      : nil
    faceLidded = Program(
      vertex: ShaderText.faceVertex, fragment: ShaderText.faceFragment,
      prefix: isMix ? "#define MIX\n#define LIDS\n" : "#define LIDS\n", samplers: faceSamplers)
    faceCreased = Program(
      vertex: ShaderText.faceVertex, fragment: ShaderText.faceFragment,
      prefix: isMix ? "#define MIX\n#define LIDS\n#define CREASES\n" : "#define LIDS\n#define CREASES\n",
      samplers: faceSamplers)
  }

  /// What every face is drawn with.
  var plain: [Program] { [face, mouth, eye] + (dissolve.map { [$0] } ?? []) }
  var rare: [Program] { [faceLidded, faceCreased] }
}
