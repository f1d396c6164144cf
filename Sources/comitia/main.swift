import Foundation

// A write that fails is answered where it is made: a full disk or a closed pipe must not end the process half way.
signal(SIGXFSZ, SIG_IGN)
signal(SIGPIPE, SIG_IGN)
exit(CommandLineTool(Terminal()).run(Array(CommandLine.arguments.dropFirst())).rawValue)
