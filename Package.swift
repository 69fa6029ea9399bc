// swift-tools-version: 6.1
import PackageDescription

/// Set while the browser's engine is built (scripts/build-wasm.sh).
let forBrowser = Context.environment["ENGINE_WASM"] != nil

/// Portable modules compile natively and as Embedded Swift for the browser: no Foundation, clock, files or threads.
let portable: [Target] = [
  .target(name: "Linear"),
  .target(name: "Bytes"),
  .target(name: "Muxing"),
  .target(name: "Pixels", dependencies: ["Linear"]),
  .target(name: "Neural", dependencies: ["Bytes", "Linear"]),
  .target(name: "Face", dependencies: ["Neural", "Pixels", "Linear"]),
  .target(name: "Head", dependencies: ["Bytes", "Linear"]),
  .target(name: "Avatar", dependencies: ["Head", "Bytes", "Linear"]),
  .target(name: "Fitting", dependencies: ["Head", "Avatar", "Linear"]),
  .target(name: "Creation", dependencies: ["Face", "Fitting", "Head", "Avatar", "Pixels", "Linear"]),
  .target(name: "Retarget", dependencies: ["Fitting", "Head", "Linear"]),
  .target(name: "Speech", dependencies: ["Bytes", "Linear"]),
  .target(name: "Performance", dependencies: ["Head", "Speech", "Linear"]),
  // SwiftPM takes wasm32-unknown-none for Linux where it comes to platforms, so the variable decides here too.
  .target(name: "CGLES", linkerSettings: forBrowser ? [] : [.linkedLibrary("GLESv2")]),
  .target(name: "Stage", dependencies: ["Head", "Avatar", "CGLES", "Pixels", "Linear"]),
  .target(
    name: "Engine",
    dependencies: [
      "Creation", "Retarget", "Face", "Speech", "Performance", "Stage", "Avatar", "Head", "Pixels", "Linear",
    ]),
]

/// The browser's exports; natively there is nothing to run, so the product exists only where it is asked for.
let wasm: [Target] =
  forBrowser
  ? [
    .executableTarget(name: "EngineWasm", dependencies: ["Engine", "Muxing"]),
    .executableTarget(name: "VisionWasm", dependencies: ["Face", "Pixels"], path: "Benchmarks/VisionWasm"),
  ] : []

let native: [Target] = [
  .systemLibrary(name: "CEGL", pkgConfig: "egl", providers: [.apt(["libegl-dev", "libgles-dev"])]),
  .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
  .systemLibrary(name: "CPango", pkgConfig: "pangoft2", providers: [.apt(["libpango1.0-dev"])]),
  .systemLibrary(name: "CLibAV", pkgConfig: "libavformat", providers: [.apt(["libavformat-dev"])]),
  .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  .target(name: "Photo", dependencies: ["CVips", "CPango", "Pixels"]),
  .target(
    name: "Workshop",
    dependencies: [
      "Engine", "Stage", "Creation", "Face", "Avatar", "Head", "Performance", "Speech", "Photo", "Pixels", "Linear",
    ]),
  .target(
    name: "Film",
    dependencies: [
      "CEGL", "CLibAV", "CGLES", "Bytes", "Muxing", "Photo", "Workshop", "Engine", "Retarget", "Face", "Stage",
      "Avatar", "Head", "Pixels", "Linear",
    ]),
  .target(
    name: "Sockets",
    dependencies: [
      .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]),
  .target(
    name: "LiveFace",
    dependencies: [
      "Sockets", "Film", "Workshop", "Engine", "Stage", "Performance", "Avatar", "Photo", "Pixels", "Linear",
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]),
  .target(
    name: "Database",
    dependencies: [
      "CPostgres", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "NIOPosix", package: "swift-nio"),
    ]),
  .target(
    name: "Objects",
    dependencies: [
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "AsyncHTTPClient", package: "async-http-client"),
      .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
    ]),
  .target(
    name: "Backend",
    dependencies: [
      "Database", "Objects", .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "JWTKit", package: "jwt-kit"),
    ]),
  .target(
    name: "Service",
    dependencies: [
      "Backend", "Database", "Objects", .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "AsyncHTTPClient", package: "async-http-client"), .product(name: "NIOCore", package: "swift-nio"),
    ]),
  .target(
    name: "VoiceAgent",
    dependencies: [
      "Service", "Sockets", "Workshop", "Speech", .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "AsyncHTTPClient", package: "async-http-client"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]),
  .executableTarget(
    name: "flexatar",
    dependencies: [
      "Service", "LiveFace", "VoiceAgent", "Backend", "Database", "Objects", "Workshop", "Engine", "Film", "Photo",
      "Stage",
      "Performance",
      "Speech",
      "Retarget", "Creation", "Face", "Avatar",
      "Head", "Pixels", "Bytes", "Linear",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]),
]

let tests: [Target] = [
  .target(name: "Fuzzing", dependencies: ["Bytes", "Linear"], path: "Tests/Fuzzing"),
  .testTarget(name: "LinearTests", dependencies: ["Linear"]),
  .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
  .testTarget(name: "MuxingTests", dependencies: ["Muxing", "CLibAV"]),
  .testTarget(name: "PixelsTests", dependencies: ["Pixels", "Linear"]),
  .testTarget(name: "NeuralTests", dependencies: ["Neural", "Linear", "Fuzzing"], exclude: ["reference"]),
  .testTarget(
    name: "FaceTests", dependencies: ["Face", "Neural", "Photo", "Pixels", "Linear"], exclude: ["reference"]),
  .testTarget(name: "HeadTests", dependencies: ["Head", "Linear", "Fuzzing"]),
  .testTarget(name: "AvatarTests", dependencies: ["Avatar", "Head", "Stage", "Linear", "Fuzzing"]),
  .target(name: "People", dependencies: ["Avatar", "Head", "Linear"], path: "Tests/People"),
  .testTarget(
    name: "CreationTests",
    dependencies: ["Creation", "Fitting", "People", "Face", "Avatar", "Head", "Pixels", "Linear"]),
  .testTarget(name: "RetargetTests", dependencies: ["Retarget", "People", "Avatar", "Head", "Linear"]),
  .testTarget(name: "SpeechTests", dependencies: ["Speech", "Linear", "Fuzzing"]),
  .testTarget(name: "PerformanceTests", dependencies: ["Performance", "Head", "Speech", "Linear"]),
  .testTarget(name: "StageTests", dependencies: ["Stage", "Film", "Engine", "Workshop", "Avatar", "Head"]),
  .testTarget(
    name: "EngineTests",
    dependencies: [
      "Engine", "Workshop", "Creation", "Face", "Photo", "Stage", "Performance", "Speech", "Avatar", "Head", "Pixels",
      "Linear",
    ]),
  .testTarget(name: "PhotoTests", dependencies: ["Photo", "Pixels", "Linear"], exclude: ["Zoo", "make-zoo.py"]),
  .testTarget(name: "ObjectsTests", dependencies: ["Objects"]),
  .testTarget(
    name: "BackendTests",
    dependencies: ["Backend", "Database", "Objects", .product(name: "Crypto", package: "swift-crypto")]),
  .testTarget(name: "ServiceTests", dependencies: ["Service", "Backend", "Database", "Objects"]),
  .testTarget(name: "VoiceAgentTests", dependencies: ["VoiceAgent"]),
  .testTarget(name: "LiveFaceTests", dependencies: ["LiveFace", "Workshop", "Performance"]),
  .testTarget(
    name: "FilmTests",
    dependencies: [
      "Film", "Engine", "Workshop", "Retarget", "Performance", "Photo", "Face", "Head", "Pixels", "Linear", "Fuzzing",
    ]),
]

let package = Package(
  name: "Flexatar",
  products: [.executable(name: "flexatar", targets: ["flexatar"])]
    + wasm.map { .executable(name: $0.name, targets: [$0.name]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: portable + wasm + native + tests,
  swiftLanguageModes: [.v6]
)
