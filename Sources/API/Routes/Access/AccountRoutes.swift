import StrictJSON
import VotingService

/// Registration, approval and the keeping of accounts.
public struct AccountRoutes: Sendable {
  private let access: AccessService
  private static let id = Parameter<String>.path("id", AccessFields.reference, "The account.")
  private static let state = Parameter<AccountState?>.query("state", JSONCodec<AccountState>.word, "Only accounts in this state.")
  private static let role = Parameter<Role?>.query("role", JSONCodec<Role>.word, "Only accounts of this role.")

  public init(access: AccessService) { self.access = access }

  /// The routes.
  public var group: RouteGroup {
    RouteGroup("Accounts", [register, list, get, change, delete, approve, reject, issueCode, reset, setUp])
  }

  private var register: Route {
    Route(
      "POST", "/accounts", "register", "Registers. The answer is the same whether address and voter id are known or not.",
      may: .anyone,
      limit: .login, body: .json(Registration.json), answer: .json(RegistrationAnswer.json, status: 202, "Taken."),
      problems: [.registrationClosed]
    ) { _, input in
      try await access.register(input)
      return RegistrationAnswer(status: "received")
    }
  }

  private var list: Route {
    Route(
      "GET", "/accounts", "listAccounts", "Accounts, by id.", may: .permission(.readAccounts),
      parameters: Pagination.parameters + [Self.state.declaration, Self.role.declaration],
      answer: .page("AccountPage", of: AccountView.json)
    ) { context in
      let limit = try context.value(Pagination.limit)
      let filter = AccountFilter(state: try context.value(Self.state), role: try context.value(Self.role))
      let found = try await access.accounts(filter, after: try context.value(Pagination.after), limit: limit + 1)
      return Page(
        items: found.prefix(limit).map { Self.view($0.account, clash: $0.clash, for: context.caller) },
        next: found.count > limit ? found[limit - 1].account.id : nil)
    }
  }

  private static func view(_ account: Account, clash: String? = nil, for caller: Caller) -> AccountView {
    AccountView(account, clash: clash, withContact: caller.may(.readContactData) || caller.account == account.id)
  }

  private var get: Route {
    Route(
      "GET", "/accounts/{id}", "getAccount", "An account.", may: .permission(.readAccounts), parameters: [Self.id.declaration],
      answer: .json(AccountView.json)
    ) { context in
      let listed = try await access.account(try context.value(Self.id))
      return Self.view(listed.account, clash: listed.clash, for: context.caller)
    }
  }

  private var change: Route {
    Route(
      "PATCH", "/accounts/{id}", "changeAccount", "Changes names, role or state of an account of lower rank.",
      may: .permission(.manageAccounts), parameters: [Self.id.declaration], body: .json(AccountPatch.json),
      answer: .json(AccountView.json), problems: [.notAbove, .lastOwner, .wrongState]
    ) { context, input in
      let change = AccountChange(
        name: input.name, surname: input.surname, role: input.role, isActive: input.state.map { $0 == .active })
      let account = try await access.change(try context.value(Self.id), change, by: context.caller)
      return Self.view(account, for: context.caller)
    }
  }

  private var delete: Route {
    Route(
      "DELETE", "/accounts/{id}", "deleteAccount", "Deletes an account of lower rank.", may: .permission(.manageAccounts),
      parameters: [Self.id.declaration], answer: .none(), problems: [.notAbove, .lastOwner, .wrongState]
    ) { context in try await access.delete(try context.value(Self.id), by: context.caller) }
  }

  private var approve: Route {
    Route(
      "POST", "/accounts/{id}/approval", "approveAccount", "Lets a registration in as a voter.", may: .permission(.approveAccounts),
      parameters: [Self.id.declaration], answer: .json(AccountView.json), problems: [.wrongState, .inUse]
    ) { context in
      let account = try await access.approve(try context.value(Self.id), by: context.caller)
      return Self.view(account, for: context.caller)
    }
  }

  private var reject: Route {
    Route(
      "POST", "/accounts/{id}/rejection", "rejectAccount", "Refuses a registration and forgets it.",
      may: .permission(.approveAccounts),
      parameters: [Self.id.declaration], answer: .none(), problems: [.wrongState]
    ) { context in try await access.reject(try context.value(Self.id), by: context.caller) }
  }

  private var issueCode: Route {
    Route(
      "POST", "/accounts/{id}/password", "issuePasswordCode",
      "A code with which the account's owner sets a new password; shown only now.", may: .permission(.manageAccounts),
      parameters: [Self.id.declaration], answer: .json(CodeView.json, status: 201), problems: [.notAbove, .wrongState]
    ) { context in
      let code = try await access.issuePasswordCode(for: try context.value(Self.id), by: context.caller)
      return CodeView(code: code.code, expires: code.expires)
    }
  }

  private var reset: Route {
    Route(
      "POST", "/password-resets", "resetPassword", "Sets a new password by a code. All sessions and tokens end.", may: .anyone,
      limit: .login,
      body: .json(PasswordResetInput.json), answer: .none(), problems: [.invalidCode]
    ) { _, input in try await access.resetPassword(code: input.code, password: input.password) }
  }

  private var setUp: Route {
    Route(
      "POST", "/setup", "setUp", "Makes the first owner by the code that the service shows in its terminal.", may: .anyone,
      limit: .login,
      body: .json(SetupInput.json), answer: .json(AccountView.json, status: 201), problems: [.invalidCode, .inUse]
    ) { _, input in
      let owner = Registration(name: input.name, surname: input.surname, email: input.email, voterID: nil, password: input.password)
      return AccountView(try await access.setUp(code: input.code, owner: owner), withContact: true)
    }
  }
}
