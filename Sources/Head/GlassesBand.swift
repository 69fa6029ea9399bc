import Linear

/// Where glasses sit on a face.
public enum GlassesBand {
  /// How much of the skin there glasses cover or are seen before, 0...1; half at the upper edge of the brows, which often lie
  /// on the rim.
  /// - Parameter p: a vertex of the mean head, the rig's space, cm.
  public static func share(at p: Vector3) -> Float {
    Elementary.smoothstep(-0.4, 1, p.y) * Elementary.smoothstep(7.05, 5.65, p.y)
  }
}
