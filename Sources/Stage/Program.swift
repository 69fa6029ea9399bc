import CGLES

/// A shader program. All its uniforms are one array `u` of vec4; samplers are set once.
///
/// The driver compiles and links while other work is done: begin all programs before the first is finished.
final class Program {
  /// The most vectors a program takes.
  static let uniformCount = 12

  let name: UInt32
  private let shaders: (vertex: UInt32, fragment: UInt32)
  private let samplers: [StaticString]
  private var uniforms: Int32 = -1

  /// Begins it.
  /// - Parameters:
  ///   - prefix: `#define`s in front of both shaders.
  ///   - samplers: sampler names; sampler `i` reads texture unit `i`.
  init(vertex: StaticString, fragment: StaticString, prefix: StaticString = "", samplers: [StaticString]) {
    shaders = (
      Self.shader(GLES_VERTEX_SHADER, prefix, vertex), Self.shader(GLES_FRAGMENT_SHADER, prefix, fragment)
    )
    self.samplers = samplers
    name = glesCreateProgram()
    glesAttachShader(name, shaders.vertex)
    glesAttachShader(name, shaders.fragment)
    glesLinkProgram(name)
  }

  /// Waits for the driver; before it the program can't be used.
  func finish() throws(StageError) {
    let isLinked = glesGetProgramParameter(name, GLES_LINK_STATUS) != 0
    let log = isLinked ? [] : Self.log(shaders.vertex) + Self.log(shaders.fragment)
    glesDeleteShader(shaders.vertex)
    glesDeleteShader(shaders.fragment)
    guard isLinked else { throw name == 0 ? .noContext : .shaderRefused(log: log) }
    uniforms = Self.location(name, "u")
    glesUseProgram(name)
    for (unit, sampler) in samplers.enumerated() {
      glesUniform1i(Self.location(name, sampler), Int32(unit))
    }
  }

  private static func location(_ program: UInt32, _ text: StaticString) -> Int32 {
    text.withUTF8Buffer { glesGetUniformLocation(program, $0.baseAddress!, Int32($0.count)) }
  }

  private static func shader(_ kind: UInt32, _ prefix: StaticString, _ body: StaticString) -> UInt32 {
    var text: [UInt8] = []
    for part in [ShaderText.version, prefix, ShaderText.common, body] {
      part.withUTF8Buffer { text.append(contentsOf: $0) }
    }
    let shader = glesCreateShader(kind)
    text.withUnsafeBufferPointer { glesShaderSource(shader, $0.baseAddress!, Int32($0.count)) }
    glesCompileShader(shader)
    return shader
  }

  /// What the driver says of a shader that it refuses.
  private static func log(_ shader: UInt32) -> [UInt8] {
    guard glesGetShaderParameter(shader, GLES_COMPILE_STATUS) == 0 else { return [] }
    var log = [UInt8](repeating: 0, count: 1024)
    let count = log.withUnsafeMutableBufferPointer { glesGetShaderInfoLog(shader, $0.baseAddress!, Int32($0.count)) }
    return Array(log.prefix(max(0, Int(count))))
  }

  /// Makes the program current with the first `count` of `values` as its uniforms.
  func use(_ values: UnsafeMutableBufferPointer<SIMD4<Float>>, _ count: Int) {
    glesUseProgram(name)
    values.withMemoryRebound(to: Float.self) { glesUniform4fv(uniforms, Int32(count), $0.baseAddress!) }
  }
}
