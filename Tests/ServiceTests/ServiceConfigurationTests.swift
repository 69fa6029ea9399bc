import Backend
import Foundation
import Service
import Testing

@Suite("The service's environment")
struct ServiceConfigurationTests {
  @Test("may say nothing")
  func empty() throws {
    let configuration = try ServiceConfiguration([:], root: "/srv/flexatar")
    #expect(configuration.database == .file("/srv/flexatar/data/flexatar.sqlite"))
    #expect(configuration.rules == Rules() && configuration.proxies.isEmpty)
  }

  @Test("sets prices, place and limits")
  func full() throws {
    let configuration = try ServiceConfiguration(
      [
        "DATABASE_URL": "postgres://u@h/d", "FLEXATAR_SUBSCRIPTION_CENTS": "500", "FLEXATAR_SESSION_CENTS": "0",
        "FLEXATAR_SESSIONS": "7", "FLEXATAR_CURRENCY": "USD", "FLEXATAR_TIME_ZONE": "Europe/Berlin",
        "FLEXATAR_PROXIES": "10.0.0.1, ::1", "FLEXATAR_MAX_CONNECTIONS": "9", "FLEXATAR_RATE": "11",
      ], root: "/")
    #expect(configuration.database == .server(url: "postgres://u@h/d"))
    #expect(configuration.rules.subscriptionCents == 500 && configuration.rules.sessionCents == 0)
    #expect(configuration.rules.sessionsPerSubscription == 7 && configuration.rules.currency == "USD")
    #expect(configuration.rules.timeZone.identifier == "Europe/Berlin")
    #expect(
      configuration.proxies.count == 2 && configuration.maxConnections == 9 && configuration.requestsPerSecond == 11)
  }

  @Test(
    "is refused where it makes no sense, with the name of the variable",
    arguments: [
      ("FLEXATAR_SUBSCRIPTION_CENTS", "-1"), ("FLEXATAR_SESSION_CENTS", "1.50"), ("FLEXATAR_CURRENCY", "euro"),
      ("FLEXATAR_TIME_ZONE", "Mars/Olympus"), ("FLEXATAR_PROXIES", "proxy.local"), ("FLEXATAR_MAX_CONNECTIONS", "0"),
      ("FLEXATAR_RATE", ""), ("FLEXATAR_METRICS", "9464"), ("FLEXATAR_METRICS", "[::1]:0"), ("FLEXATAR_LOG", "xml"),
    ])
  func wrong(name: String, value: String) {
    #expect {
      try ServiceConfiguration([name: value], root: "/")
    } throws: { ($0 as? ServiceConfiguration.Failure)?.sentence.contains(name) == true }
  }

  @Test("says where metrics are answered, and how logs look")
  func watching() throws {
    let configuration = try ServiceConfiguration(
      ["FLEXATAR_METRICS": "0.0.0.0:9464", "FLEXATAR_LOG": "json"], root: "/")
    #expect(configuration.metricsAddress?.host == "0.0.0.0" && configuration.metricsAddress?.port == 9464)
    #expect(configuration.logsJSON)
  }

  @Test("takes what .env says where it says nothing itself")
  func file() {
    let merged = ServiceConfiguration.merging(
      """
      # prices
      A=1
      B = "two words"

      C='x=y'
      not a setting
      D=from the file
      """, into: ["D": "set already"])
    #expect(merged == ["A": "1", "B": "two words", "C": "x=y", "D": "set already"])
  }
}
