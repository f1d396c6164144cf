import BallotCryptography
import Curve25519

/// All that a voter's device does to vote, as one function from bytes to bytes: the WebAssembly module wraps it, and native tests call it.
///
/// No request makes it trap: a wrong one is answered with an error. What a request holds is not kept, but for the tables of the last election
/// that a ballot was encrypted for, which are public.
public struct Booth {
  private var prepared: PreparedElection?

  public init() {}

  /// Answers one request.
  ///
  /// - Parameter call: the number of a `BoothCall`; those of the checker are not answered.
  public mutating func answer(_ call: UInt8, _ request: [UInt8]) -> [UInt8] {
    do throws(BoothError) {
      var reader = ByteReader(request)
      return try answer(BoothCall(rawValue: call), &reader).bytes
    } catch let error {
      return error.encoded
    }
  }

  private mutating func answer(_ call: BoothCall?, _ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    switch call {
    case .version: try VoterCalls.version(&request)
    case .openElection: try BoardCalls.openElection(&request)
    case .makeCredential: try VoterCalls.makeCredential(&request)
    case .readCredential: try VoterCalls.readCredential(&request)
    case .encrypt: try VoterCalls.encrypt(&request, &prepared)
    case .cast: try VoterCalls.cast(&request)
    case .challenge: try VoterCalls.challenge(&request)
    case .publish: try VoterCalls.publish(&request)
    case .verifyInclusion: try BoardCalls.verifyInclusion(&request)
    case .verifySignature: try BoardCalls.verifySignature(&request)
    case .track: try VoterCalls.track(&request)
    default: throw BoothError("unknownCall")
    }
  }
}

/// What checks the work of a booth and of a bulletin board, and so is a module of its own, which others may serve.
public enum Checker {
  /// Answers one request.
  ///
  /// - Parameter call: the number of a `BoothCall`; those of the voter are not answered.
  public static func answer(_ call: UInt8, _ request: [UInt8]) -> [UInt8] {
    do throws(BoothError) {
      var reader = ByteReader(request)
      return try answer(BoothCall(rawValue: call), &reader).bytes
    } catch let error {
      return error.encoded
    }
  }

  private static func answer(_ call: BoothCall?, _ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    switch call {
    case .version: try VoterCalls.version(&request)
    case .openElection: try BoardCalls.openElection(&request)
    // Here too, for the page on which a voter's own device makes the credential; the booth is to stay small.
    case .makeCredential: try VoterCalls.makeCredential(&request)
    case .proveCredential: try VoterCalls.proveCredential(&request)
    case .checkOpening: try CheckerCalls.checkOpening(&request)
    case .verifyBallot: try CheckerCalls.verifyBallot(&request)
    case .verifyOpened: try CheckerCalls.verifyOpened(&request)
    case .verifyInclusion: try BoardCalls.verifyInclusion(&request)
    case .verifyConsistency: try BoardCalls.verifyConsistency(&request)
    case .verifyCheckpoint: try BoardCalls.verifyCheckpoint(&request)
    case .verifyReceipt: try BoardCalls.verifyReceipt(&request)
    case .readBundle: try BundleCall.read(&request)
    case .verifyBatch: try BatchCall.verify(&request)
    default: throw BoothError("unknownCall")
    }
  }
}

/// Runs a step that reads a request, giving its errors as those of the booth.
func reading<Value>(_ step: () throws(CodecError) -> Value) throws(BoothError) -> Value {
  do throws(CodecError) {
    return try step()
  } catch let error {
    throw BoothError(error)
  }
}
