import Backend
import Database
import Foundation
import Objects
import Service
import Workshop

/// The service as the environment and `.env` describe it.
struct ServiceSettings {
  let root: String
  let configuration: ServiceConfiguration
  /// `FLEXATAR_API_SECRET`: of the account that the quickstart page uses.
  let apiSecret: String?
  /// The process's variables and those of `.env`.
  let environment: [String: String]

  init() throws {
    do { root = try DataFiles.find().root } catch { throw Failure(error.message) }
    var environment = ProcessInfo.processInfo.environment
    if let file = try? String(contentsOfFile: root + "/.env", encoding: .utf8) {
      environment = ServiceConfiguration.merging(file, into: environment)
    }
    self.environment = environment
    apiSecret = environment["FLEXATAR_API_SECRET"].flatMap { $0.isEmpty ? nil : $0 }
    do throws(ServiceConfiguration.Failure) {
      configuration = try ServiceConfiguration(environment, root: root)
    } catch {
      throw Failure(error.sentence)
    }
    if configuration.logsJSON { JSONLogHandler.bootstrap() }
  }

  /// Opens the database; makes the folder of a file that is not there yet, for this user's eyes only.
  func backend() async throws -> Backend {
    if case .file(let path) = configuration.database {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty {
        try? FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
    }
    do {
      return try await Backend(configuration.database, rules: configuration.rules)
    } catch let error as DatabaseError {
      throw Failure("the database cannot be opened: \(error.message)")
    }
  }

  /// Where photos, avatars and films lie.
  func store(_ backend: Backend) throws -> any ObjectStore {
    if let (location, credentials) = configuration.bucket {
      return S3Store(location, credentials: credentials)
    }
    do throws(ObjectError) {
      return try DiskStore(folder: configuration.objects, secret: backend.objectSecret)
    } catch {
      throw Failure(error.message)
    }
  }

  func worker(_ backend: Backend) throws -> Worker {
    Worker(
      backend: backend, store: try store(backend), root: root, slots: configuration.workers,
      allowsPrivateWebhooks: configuration.allowsPrivateWebhooks)
  }
}
