import Ethereum

extension Deployment {
  /// Looks at what was deployed: the code, to the last byte, and of contracts that nobody has used yet, owner, recorder, pause and what they keep.
  ///
  /// - Throws: `otherCode`, `otherState`, `chain`.
  public func check(_ record: DeploymentRecord) async throws(DeploymentError) {
    for artefact in ContractArtefact.all {
      guard let contract = record[artefact.name] else { continue }
      let code: [UInt8]
      do { code = try await client.code(of: contract.address) } catch { throw .chain(error) }
      guard code == artefact.runtimeBytecode else { throw .otherCode(contract: artefact.name, address: contract.address) }
      // Once in use, it may have another owner, and keeps much.
      if !record.isChecked { try await checkState(contract) }
    }
  }

  private func checkState(_ contract: DeploymentRecord.Contract) async throws(DeploymentError) {
    var expected: [(question: String, type: String, arguments: [ABIValue], answer: ABIValue, otherwise: String)] = [
      ("owner()", "(address)", [], .address(settings.owner), "its owner is another"),
      ("candidate()", "(address)", [], .address(Self.nobody), "its ownership is offered to somebody"),
      ("paused()", "(bool)", [], .bool(false), "it is paused"),
      (
        "isRecorder(address)", "(bool)", [.address(settings.recorder ?? Self.nobody)], .bool(settings.recorder != nil),
        "its recorder is another"
      ),
    ]
    if contract.name == "VoteRegistry" { expected.append(("anchorCount()", "(uint256)", [], .uint64(0), "it has anchors already")) }
    for item in expected {
      let answers: [ABIValue]
      do {
        guard let function = try? ABIFunction(item.question, returns: item.type) else { preconditionFailure(item.question) }
        answers = try await client.call(function, of: contract.address, item.arguments)
      } catch { throw .chain(error) }
      guard answers == [item.answer] else { throw .otherState(contract: contract.name, address: contract.address, item.otherwise) }
    }
  }
}
