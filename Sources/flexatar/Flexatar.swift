import ArgumentParser

/// The command line. Exit codes: 0 done, 64 wrong usage, 65 a refused photo or film, 75 a film that another
/// process is making, 1 anything else.
@main
struct Flexatar: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flexatar",
    abstract: "Turns one photo into a talking 3D head.",
    discussion: """
      flexatar create me.jpg -o me.ftar
      flexatar video me.ftar hello.wav -o hello.mp4
      """,
    version: "0.2.0",
    subcommands: [
      CreateCommand.self, StillCommand.self, TrackCommand.self, VideoCommand.self, RetargetCommand.self,
      InspectCommand.self, BenchCommand.self, ServeCommand.self, WorkerCommand.self,
      AvatarWorkerCommand.self, AgentCommand.self, AccountCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var waiting = command as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      Terminal.say("error: \(failure.sentence)")
      Flexatar.exit(withError: ExitCode(failure.exitCode))
    } catch {
      Flexatar.exit(withError: error)
    }
  }
}
