import Curve25519
import Elections

/// What the organiser, or the clock, does with a board. Goes through the same sequencer as ballots, so that all entries have one order.
public enum BoardStep: Sendable {
  /// Voting ends; nothing follows.
  case closing
}
