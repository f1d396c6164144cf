import Curve25519
import Ethereum
import Sealing
import StrictJSON

/// What nodes, contracts, signers and wallets send: what is read is written as it was, nobody else's transaction passes for ours, and nothing stops the reader.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let good = Good.shared
  // One in two inputs is a list of changes to good bytes.
  func bytes(_ example: [UInt8]) -> [UInt8] { input[0] & 8 == 8 ? example.changed(as: input) : Array(input.all.dropFirst()) }
  switch input[0] & 7 {
  case 0:
    let bytes = bytes(good.rlp)
    if let item = try? RLPItem(bytes) { precondition(item.encoded == bytes, "another encoding") }
  case 1:
    let bytes = bytes(good.arguments)
    if let values = try? ABIValue.decode(bytes, as: good.types) {
      precondition((try? ABIValue.encode(values, as: good.types)) == bytes, "another encoding")
    }
    _ = RevertReason(bytes).description
  case 2:
    let bytes = bytes(good.transaction)
    if let read = try? SignedEthereumTransaction(bytes) {
      precondition(read.encoded == bytes, "another encoding")
      precondition(bytes == good.transaction || read.sender != good.sender, "a forged transaction")
    }
  case 3:
    let bytes = bytes(good.keyFile)
    if let file = try? AccountKeyFile(bytes) {
      precondition((try? AccountKeyFile(file.encoded))?.encoded == file.encoded, "another file")
    }
  case 4: readAnswer(bytes(good.known))
  case 5: readAnswer(bytes(good.receipt))
  case 6:
    if let json = try? JSONParser.parse(bytes(good.typedData)), let data = try? TypedData(json) { _ = try? data.hash() }
  default: readTypes(bytes(Array("f(uint256[2][],(bytes32,address)[3],string)".utf8)))
  }
  return 0
}

/// Reads the answer to question 1 as everything that it could be.
private func readAnswer(_ bytes: [UInt8]) {
  let result: JSONValue
  do { result = try NodeEndpoint.result(of: bytes, number: 1) } catch {
    if case .refused(let refusal) = error { _ = refusal.error }
    return
  }
  if let known = try? KnownTransaction(result), let signed = known.signed {
    precondition(signed.hash == known.hash && signed.sender == known.sender, "a transaction that passes for another")
  }
  if let receipt = try? TransactionReceipt(result) {
    precondition(receipt.logs.allSatisfy { $0.transaction == receipt.transaction && $0.place == receipt.place }, "a log of another")
    _ = receipt.fee
  }
  _ = try? EthereumBlock(result)
  if let history = try? FeeHistory(result, percentiles: 1) { _ = try? FeePolicy().fees(history) }
}

/// Signatures of functions and events: what is read is written in one form, which is read as the same.
private func readTypes(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let type = ABIType(text) { precondition(ABIType(type.description) == type, "another type") }
  if let function = try? ABIFunction(text) { precondition((try? ABIFunction(function.signature)) == function, "another function") }
  if let event = try? ABIEvent(text) { _ = event.topic }
}

/// Good bytes of every kind, made by one key.
struct Good: Sendable {
  static let shared = Good()

  let rlp = RLPItem.list([.bytes([]), .list([.bytes([1])]), .bytes([UInt8](repeating: 2, count: 60))]).encoded
  let types: [ABIType]
  let arguments: [UInt8]
  let transaction: [UInt8]
  let sender: Address
  let keyFile: [UInt8]
  let known: [UInt8]
  let receipt: [UInt8]
  let typedData: [UInt8]

  init() {
    var secret = [UInt8](repeating: 7, count: 32)
    guard let key = AccountKey(wiping: &secret), let list = ABIType("(bytes32,uint64)[]") else { preconditionFailure("good parts") }
    sender = key.address
    types = [.bytes, list, .bool, .string]
    let signed = SignedEthereumTransaction(
      EthereumTransaction(
        chainID: 137, nonce: 1, fees: TransactionFees(maximum: 100, tip: 3), gasLimit: 21_000, receiver: key.address, value: 5,
        data: [1, 2]),
      key: key)
    transaction = signed.encoded
    guard
      let arguments = try? ABIValue.encode(
        [.bytes([1]), .list([.list([.bytes32(.zero), .uint64(7)])]), .bool(true), .string("ä")], as: types),
      let file = try? AccountKeyFile(key, passphrase: [1], cost: Scrypt.Cost(rounds: 2, blockSize: 1))
    else { preconditionFailure("good parts") }
    self.arguments = arguments
    keyFile = file.encoded
    let hash = Hexadecimal.text(signed.hash.bytes)
    let (r, s) = (Hexadecimal.text(signed.signature.r.bytes), Hexadecimal.text(signed.signature.s.bytes))
    known = Self.answer(
      #"{"type":"0x2","hash":"\#(hash)","from":"\#(sender)","nonce":"0x1","chainId":"0x89","gas":"0x5208","maxFeePerGas":"0x64","#
        + #""maxPriorityFeePerGas":"0x3","to":"\#(sender)","value":"0x5","input":"0x0102","accessList":[],"blockHash":null,"#
        + #""yParity":"\#(signed.signature.isOdd ? "0x1" : "0x0")","r":"\#(r)","s":"\#(s)"}"#)
    let place = #""transactionHash":"\#(hash)","blockNumber":"0x7","blockHash":"\#(hash)","transactionIndex":"0x0""#
    receipt = Self.answer(
      #"{\#(place),"from":"\#(sender)","to":null,"contractAddress":null,"status":"0x1","gasUsed":"0x5208","effectiveGasPrice":"0x64","#
        + #""logs":[{\#(place),"address":"\#(sender)","topics":["\#(hash)"],"data":"0x01","logIndex":"0x0","removed":false}]}"#)
    typedData =
      Array(
        #"{"types":{"EIP712Domain":[{"name":"name","type":"string"}],"A":[{"name":"b","type":"B[2]"},{"name":"n","type":"int8"}],"#
          .utf8)
      + Array(
        #""B":[{"name":"x","type":"bytes4"}]},"primaryType":"A","domain":{"name":"c"},"message":{"b":[{"x":"0x01020304"},{"x":"0x05060708"}],"n":-1}}"#
          .utf8)
    precondition(
      (try? AccountKeyFile(keyFile)) != nil && (try? SignedEthereumTransaction(transaction))?.sender == sender, "good examples")
    let answers = [known, receipt].compactMap { try? NodeEndpoint.result(of: $0, number: 1) }
    precondition(
      (try? KnownTransaction(answers[0]))?.signed == signed && (try? TransactionReceipt(answers[1])) != nil, "good answers")
    precondition((try? JSONParser.parse(typedData)).flatMap { try? TypedData($0).hash() } != nil, "good typed data")
  }

  private static func answer(_ result: String) -> [UInt8] { Array(#"{"jsonrpc":"2.0","id":1,"result":\#(result)}"#.utf8) }
}
