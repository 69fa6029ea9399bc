import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures how fast this machine is, or how well speech is followed.",
    subcommands: [BenchMachineCommand.self, BenchSpeechCommand.self],
    defaultSubcommand: BenchMachineCommand.self)
}
