import Backend
import Hummingbird
import Synchronization

/// Counts of requests since the process began, as Prometheus reads them. Routes are templates (`/poll/{capability}`),
/// so that nobody's data are in them and their number has an end.
final class Metrics: Sendable {
  struct Key: Hashable {
    let method, route: String
    let status: Int
  }

  private struct State {
    var inFlight = 0
    var requests: [Key: Int] = [:]
    /// By route: how many took at most as long as each bound (not those of the bounds below), and longer.
    var buckets: [String: [Int]] = [:]
    var seconds: [String: Double] = [:]
  }

  /// Upper bounds of the histogram, seconds.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  func end(_ key: Key, seconds: Double) {
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    state.withLock { state in
      state.inFlight -= 1
      state.requests[key, default: 0] += 1
      state.buckets[key.route, default: Array(repeating: 0, count: Self.bounds.count + 1)][bucket] += 1
      state.seconds[key.route, default: 0] += seconds
    }
  }

  /// The text format 0.0.4.
  func text(transactions: TransactionCounts, totals: Transaction.Totals) -> String {
    let state = state.withLock { $0 }
    var page = MetricsPage()
    page.family("flexatar_requests_total", "counter", "Requests answered, by route and status.")
    for (key, count) in state.requests.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }) {
      page.line(
        "flexatar_requests_total", [("method", key.method), ("route", key.route), ("status", "\(key.status)")],
        "\(count)")
    }
    page.family("flexatar_request_seconds", "histogram", "From a request's head to its answer's.")
    for (route, buckets) in state.buckets.sorted(by: { $0.key < $1.key }) {
      var count = 0
      for (bound, bucket) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], buckets) {
        count += bucket
        page.line("flexatar_request_seconds_bucket", [("route", route), ("le", bound)], "\(count)")
      }
      page.line("flexatar_request_seconds_sum", [("route", route)], "\(state.seconds[route] ?? 0)")
      page.line("flexatar_request_seconds_count", [("route", route)], "\(count)")
    }
    page.family("flexatar_requests_in_flight", "gauge", "Requests without an answer yet.")
    page.line("flexatar_requests_in_flight", [], "\(state.inFlight)")
    page.family("flexatar_transactions_total", "counter", "Database transactions of this process.")
    page.line("flexatar_transactions_total", [("kind", "read")], "\(transactions.reads)")
    page.line("flexatar_transactions_total", [("kind", "write")], "\(transactions.writes)")
    page.family("flexatar_ledger_cents", "gauge", "Sum of all accounts' ledger entries.")
    for total in totals.ledger { page.line("flexatar_ledger_cents", [("kind", total.kind)], "\(total.cents)") }
    page.family("flexatar_ledger_entries", "gauge", "How many ledger entries there are.")
    for total in totals.ledger { page.line("flexatar_ledger_entries", [("kind", total.kind)], "\(total.entries)") }
    page.family("flexatar_jobs", "gauge", "Jobs by kind and state.")
    for total in totals.jobs {
      page.line("flexatar_jobs", [("kind", total.kind), ("state", total.state)], "\(total.count)")
    }
    return page.text
  }
}

/// Lines of Prometheus' text format.
private struct MetricsPage {
  private(set) var text = ""

  mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
    let inside = labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
    text += name + (inside.isEmpty ? "" : "{\(inside)}") + " " + value + "\n"
  }
}

/// Counts every request; goes outside of what turns errors into answers.
struct MetricsMiddleware: RouterMiddleware {
  typealias Context = APIContext
  let metrics: Metrics

  private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .options, .patch]

  func handle(
    _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    metrics.begin()
    let start = ContinuousClock.now
    // Methods can be any word: those that are not known are counted as one.
    let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
    func end(_ status: Int) {
      let time = start.duration(to: .now).components
      metrics.end(
        Metrics.Key(method: method, route: context.endpointPath ?? "none", status: status),
        seconds: Double(time.seconds) + Double(time.attoseconds) * 1e-18)
    }
    do {
      let response = try await next(request, context)
      end(response.status.code)
      return response
    } catch {
      end(Problem(any: error).status.code)
      throw error
    }
  }
}
