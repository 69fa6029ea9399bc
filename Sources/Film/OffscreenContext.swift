import CEGL

/// An OpenGL ES 3 context without a window: a graphics card's, or Mesa's software renderer. It belongs to the thread
/// that made it current.
public final class OffscreenContext {
  private let display: EGLDisplay
  private let context: EGLContext
  private let surface: EGLSurface?

  /// Makes a context and makes it current on this thread.
  public init() throws(FilmError) {
    guard let (display, context, surface) = Self.open() else { throw .noGraphics }
    self.display = display
    self.context = context
    self.surface = surface
  }

  deinit {
    eglMakeCurrent(display, nil, nil, nil)
    if let surface { eglDestroySurface(display, surface) }
    eglDestroyContext(display, context)
  }

  /// Makes the context current on the calling thread, if it is not; false where the driver refuses.
  @discardableResult
  public func makeCurrent() -> Bool {
    if eglGetCurrentContext() == context { return true }
    return eglMakeCurrent(display, surface, surface, context) == EGLBoolean(EGL_TRUE)
  }

  /// Takes the context off the calling thread, so that another one may make it current.
  public func release() { eglMakeCurrent(display, nil, nil, nil) }

  private static func open() -> (EGLDisplay, EGLContext, EGLSurface?)? {
    for display in displays() {
      guard eglInitialize(display, nil, nil) == EGLBoolean(EGL_TRUE) else { continue }
      if let (context, surface) = context(on: display) { return (display, context, surface) }
    }
    return nil
  }

  /// Displays to try: without any window system first, then the default one.
  private static func displays() -> [EGLDisplay] {
    let surfacelessPlatform = EGLenum(0x31DD)  // EGL_PLATFORM_SURFACELESS_MESA
    var list: [EGLDisplay] = []
    if let display = eglGetPlatformDisplay(surfacelessPlatform, nil, nil) { list.append(display) }
    if let display = eglGetDisplay(nil) { list.append(display) }
    return list
  }

  private static func context(on display: EGLDisplay) -> (EGLContext, EGLSurface?)? {
    guard eglBindAPI(EGLenum(EGL_OPENGL_ES_API)) == EGLBoolean(EGL_TRUE) else { return nil }
    let es3: EGLint = 0x40  // EGL_OPENGL_ES3_BIT
    let wanted: [EGLint] = [
      EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, es3, EGL_RED_SIZE, 8, EGL_GREEN_SIZE, 8, EGL_BLUE_SIZE, 8,
      EGL_ALPHA_SIZE, 8, EGL_NONE,
    ]
    var config: EGLConfig?
    var count: EGLint = 0
    guard eglChooseConfig(display, wanted, &config, 1, &count) == EGLBoolean(EGL_TRUE), count > 0, let config else {
      return nil
    }
    let version: [EGLint] = [EGL_CONTEXT_CLIENT_VERSION, 3, EGL_NONE]
    guard let context = eglCreateContext(display, config, nil, version) else { return nil }
    if eglMakeCurrent(display, nil, nil, context) == EGLBoolean(EGL_TRUE) { return (context, nil) }
    let small: [EGLint] = [EGL_WIDTH, 16, EGL_HEIGHT, 16, EGL_NONE]
    if let surface = eglCreatePbufferSurface(display, config, small) {
      if eglMakeCurrent(display, surface, surface, context) == EGLBoolean(EGL_TRUE) { return (context, surface) }
      eglDestroySurface(display, surface)
    }
    eglDestroyContext(display, context)
    return nil
  }
}
