import CEGL
import Foundation

/// An OpenGL ES 3 context without a window: a graphics card's, or Mesa's software renderer. It belongs to the thread
/// that made it current.
public final class OffscreenContext {
  private let display: EGLDisplay
  private let context: EGLContext
  private let surface: EGLSurface?

  /// Makes a context and makes it current on this thread.
  public convenience init() throws(FilmError) {
    guard let context = Self.open(Self.displays()) else { throw .noGraphics }
    self.init(context)
  }

  private init(_ opened: (EGLDisplay, EGLContext, EGLSurface?)) { (display, context, surface) = opened }

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
  public func release() {
    if eglGetCurrentContext() == context { eglMakeCurrent(display, nil, nil, nil) }
  }

  /// Contexts that draw at the same time are at most so many.
  static let most = 2

  /// Contexts that draw alike and at the same time. A graphics card has one; so has a single processor. llvmpipe draws for
  /// one context of a display at a time, and its caller waits meanwhile: two contexts on displays of their own, each with
  /// half of the processors, leave none of them idle.
  static func several() throws(FilmError) -> [OffscreenContext] {
    let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    guard processors > 1 else { return [try OffscreenContext()] }
    // llvmpipe's threads, read when a display comes up. None: the caller draws.
    setenv("LP_NUM_THREADS", "\(processors < 4 ? 0 : processors / 2)", 0)
    let first = try OffscreenContext()
    guard let device = softwareDevice(of: first.display),
      let display = eglGetPlatformDisplay(EGLenum(EGL_PLATFORM_DEVICE_EXT), device, nil), display != first.display,
      let second = open([display])
    else { return [first] }
    return [first, OffscreenContext(second)]
  }

  /// The device that a display draws on, if it is the processors' own.
  private static func softwareDevice(of display: EGLDisplay) -> EGLDeviceEXT? {
    guard let attribute = eglGetProcAddress("eglQueryDisplayAttribEXT"),
      let string = eglGetProcAddress("eglQueryDeviceStringEXT")
    else { return nil }
    typealias Attribute = @convention(c) (EGLDisplay, EGLint, UnsafeMutablePointer<EGLAttrib>) -> EGLBoolean
    typealias DeviceString = @convention(c) (EGLDeviceEXT, EGLint) -> UnsafePointer<CChar>?
    var value: EGLAttrib = 0
    guard unsafeBitCast(attribute, to: Attribute.self)(display, EGL_DEVICE_EXT, &value) == EGLBoolean(EGL_TRUE),
      let device = EGLDeviceEXT(bitPattern: value),
      let extensions = unsafeBitCast(string, to: DeviceString.self)(device, EGL_EXTENSIONS)
    else { return nil }
    return String(cString: extensions).contains("EGL_MESA_device_software") ? device : nil
  }

  private static func open(_ displays: [EGLDisplay]) -> (EGLDisplay, EGLContext, EGLSurface?)? {
    for display in displays {
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
