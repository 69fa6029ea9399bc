import CGLES

/// A linked shader program. All its uniforms are one array `u` of vec4; samplers are set once.
struct Program {
  /// The most vectors a program takes.
  static let uniformCount = 12

  let name: UInt32
  private let uniforms: Int32

  /// - Parameters:
  ///   - prefix: `#define`s in front of both shaders.
  ///   - samplers: sampler names; sampler `i` reads texture unit `i`.
  init(
    vertex: StaticString, fragment: StaticString, prefix: StaticString = "", samplers: [StaticString]
  ) throws(StageError) {
    let vertexShader = try Self.shader(GLES_VERTEX_SHADER, prefix, vertex)
    let fragmentShader: UInt32
    do throws(StageError) { fragmentShader = try Self.shader(GLES_FRAGMENT_SHADER, prefix, fragment) } catch {
      glesDeleteShader(vertexShader)
      throw error
    }
    name = glesCreateProgram()
    glesAttachShader(name, vertexShader)
    glesAttachShader(name, fragmentShader)
    glesLinkProgram(name)
    glesDeleteShader(vertexShader)
    glesDeleteShader(fragmentShader)
    guard glesGetProgramParameter(name, GLES_LINK_STATUS) != 0 else {
      glesDeleteProgram(name)
      throw .shaderRefused(log: [])
    }
    uniforms = Self.location(name, "u")
    glesUseProgram(name)
    for (unit, sampler) in samplers.enumerated() {
      glesUniform1i(Self.location(name, sampler), Int32(unit))
    }
  }

  private static func location(_ program: UInt32, _ text: StaticString) -> Int32 {
    text.withUTF8Buffer { glesGetUniformLocation(program, $0.baseAddress!, Int32($0.count)) }
  }

  private static func shader(
    _ kind: UInt32, _ prefix: StaticString, _ body: StaticString
  ) throws(StageError) -> UInt32 {
    var text: [UInt8] = []
    for part in [ShaderText.version, prefix, ShaderText.common, body] {
      part.withUTF8Buffer { text.append(contentsOf: $0) }
    }
    let shader = glesCreateShader(kind)
    guard shader != 0 else { throw .noContext }
    text.withUnsafeBufferPointer { glesShaderSource(shader, $0.baseAddress!, Int32($0.count)) }
    glesCompileShader(shader)
    guard glesGetShaderParameter(shader, GLES_COMPILE_STATUS) != 0 else {
      var log = [UInt8](repeating: 0, count: 1024)
      let count = log.withUnsafeMutableBufferPointer { glesGetShaderInfoLog(shader, $0.baseAddress!, Int32($0.count)) }
      glesDeleteShader(shader)
      throw .shaderRefused(log: Array(log.prefix(max(0, Int(count)))))
    }
    return shader
  }

  /// Makes the program current with the first `count` of `values` as its uniforms.
  func use(_ values: UnsafeMutableBufferPointer<SIMD4<Float>>, _ count: Int) {
    glesUseProgram(name)
    values.withMemoryRebound(to: Float.self) { glesUniform4fv(uniforms, Int32(count), $0.baseAddress!) }
  }
}
