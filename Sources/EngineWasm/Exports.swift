import Linear
@_expose(wasm, "probe")
@_cdecl("probe")
public func probe(_ x: Float) -> Float { Elementary.sin(x) }
