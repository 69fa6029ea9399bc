import CGLES
import Head
import Linear

/// What the graphics driver holds once for all avatars: programs, the rig's triangles, and the buffers that
/// every frame overwrites.
struct SharedDrawing {
  let picture: Program
  let join: Program
  let dissolve: Program
  let layer: Program
  let sheetInner: Program
  let sheetOuter: Program
  let face: Program
  let faceMix: Program
  /// With the lines that expressions draw: a third more work a pixel where there is no graphics processor.
  let faceCreased: Program
  let faceMixCreased: Program
  let mouth: Program
  let mouthMix: Program
  let eye: Program
  let eyeMix: Program

  let triangles: UInt32
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
    let mix: StaticString = "#define MIX\n"
    picture = try Program(
      vertex: ShaderText.flatVertex, fragment: ShaderText.pictureFragment, samplers: ["picture"])
    join = try Program(
      vertex: ShaderText.flatVertex, fragment: ShaderText.joinFragment, samplers: ["picture", "matte"])
    dissolve = try Program(
      vertex: ShaderText.flatVertex, fragment: ShaderText.dissolveFragment, samplers: ["first", "second"])
    layer = try Program(
      vertex: ShaderText.flatVertex, fragment: ShaderText.layerFragment, samplers: ["picture"])
    sheetInner = try Program(
      vertex: ShaderText.sheetVertex, fragment: ShaderText.sheetInnerFragment, samplers: ["head"])
    sheetOuter = try Program(
      vertex: ShaderText.sheetVertex, fragment: ShaderText.sheetOuterFragment, samplers: ["head", "frame"])
    face = try Program(
      vertex: ShaderText.faceVertex, fragment: ShaderText.faceFragment, samplers: ["head", "atlas"])
    faceMix = try Program(
      vertex: ShaderText.faceVertex, fragment: ShaderText.faceFragment, prefix: mix,
      samplers: ["head", "atlas", "head2", "atlas2"])
    faceCreased = try Program(
      vertex: ShaderText.faceVertex, fragment: ShaderText.faceFragment, prefix: "#define CREASES\n",
      samplers: ["head", "atlas", "head2", "atlas2", "creases"])
    faceMixCreased = try Program(
      vertex: ShaderText.faceVertex, fragment: ShaderText.faceFragment, prefix: "#define MIX\n#define CREASES\n",
      samplers: ["head", "atlas", "head2", "atlas2", "creases"])
    mouth = try Program(vertex: ShaderText.mouthVertex, fragment: ShaderText.mouthFragment, samplers: ["head"])
    mouthMix = try Program(
      vertex: ShaderText.mouthVertex, fragment: ShaderText.mouthFragment, prefix: mix,
      samplers: ["head", "atlas", "head2"])
    eye = try Program(
      vertex: ShaderText.eyeVertex, fragment: ShaderText.eyeFragment, samplers: ["head", "atlas"])
    eyeMix = try Program(
      vertex: ShaderText.eyeVertex, fragment: ShaderText.eyeFragment, prefix: mix,
      samplers: ["head", "atlas", "head2", "atlas2"])

    triangles = VertexBuffer.make(GLES_ELEMENT_ARRAY_BUFFER, rig.triangles)
    positions = VertexBuffer.makeDynamic(rig.vertexCount)
    shares = VertexBuffer.makeDynamic(rig.vertexCount)
    creases = Texture.make()
    Texture.fill(creases, Creases.picture())
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
  }

  func delete() {
    for program in [
      picture, join, dissolve, layer, sheetInner, sheetOuter, face, faceMix, faceCreased, faceMixCreased, mouth,
      mouthMix,
      eye, eyeMix,
    ] { glesDeleteProgram(program.name) }
    for buffer in [triangles, positions, shares, creasePlaces, plates, plateTriangles] { glesDeleteBuffer(buffer) }
    glesDeleteTexture(creases)
    glesDeleteVertexArray(emptyArray)
    glesDeleteFramebuffer(joinFramebuffer)
  }
}
