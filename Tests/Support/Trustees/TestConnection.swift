import Curve25519
import Elections
import TrusteeAgent

/// A trustee's line to a service within the process.
public struct TestConnection: TrusteeConnection {
  let service: TestService
  let number: Int

  public func state(after: UInt64, wait: Int) throws(TrusteeConnectionError) -> TrusteeState { service.state(of: number) }

  public func messages(ceremony: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    service.page(for: number, after: after)
  }

  public func send(_ batch: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    try service.take(batch, ceremony: ceremony)
  }

  public func sendDrill(_ part: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    try service.takeDrill(part, ceremony: ceremony, from: number)
  }

  public func file(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) -> [UInt8] {
    let bytes = try service.file(path)
    guard bytes.count <= limit else { throw .malformed("too long") }
    return bytes
  }

  public func witnessRequest(old: UInt64) throws(TrusteeConnectionError) -> WitnessAnswer { try service.witness(old: old) }

  public func cosign(size: UInt64, _ lines: [UInt8]) throws(TrusteeConnectionError) {
    try service.takeCosignature(size: size, lines, from: number)
  }

  public func show(_ checkpoint: [UInt8]) throws(TrusteeConnectionError) { service.takeShown(checkpoint) }

  public func signingRequest() throws(TrusteeConnectionError) -> [UInt8] { try service.signingRequest(of: number) }

  public func sendSigning(_ message: [UInt8]) throws(TrusteeConnectionError) { try service.takeSigning(message, from: number) }

  public func markingRequest() throws(TrusteeConnectionError) -> [UInt8] { try service.markingRequest(of: number) }

  public func sendMarking(_ message: [UInt8]) throws(TrusteeConnectionError) { try service.takeMarking(message, from: number) }

  public func approve(_ list: Bytes32) throws(TrusteeConnectionError) { try service.takeApproval(list, from: number) }

  public func messages(handOver: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    try service.handOverPage(of: handOver, after: after)
  }

  public func send(_ message: [UInt8], handOver: Bytes32) throws(TrusteeConnectionError) {
    try service.takeHandOver(message, of: handOver)
  }

  public func sendPartial(_ partial: [UInt8]) throws(TrusteeConnectionError) {
    try service.takePartial(partial, from: number)
  }
}
