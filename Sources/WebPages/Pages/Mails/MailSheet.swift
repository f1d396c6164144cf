import VotingService

/// A mail as its reader will see it, from its plain text: the HTML version says the same words, and brings styles that no page of ours lets in.
enum MailSheet {
  /// - Parameters:
  ///   - facts: what stands above the words besides the subject: name, value.
  ///   - service: where the service is; links to it lead there. `nil`: nothing leads anywhere.
  ///   - language: of the mail, where it is known.
  static func of(
    _ mail: RenderedMail, _ facts: [(name: String, value: HTML)], linksTo service: String? = nil, language: String? = nil,
    _ t: Texts
  ) -> HTML {
    let content = group {
      div(.class("mail__head")) {
        dl(.class("dl")) {
          for fact in facts {
            dt { fact.name }
            dd { fact.value }
          }
          dt { t("mails.subject") }
          dd { strong { mail.subject } }
        }
      }
      div(.class("mail__body")) { for paragraph in paragraphs(mail.text) { words(paragraph, service) } }
    }
    return language.map { article(.class("mail"), .lang($0)) { content } } ?? article(.class("mail")) { content }
  }

  /// Parts of a text with empty lines between them, each in lines.
  private static func paragraphs(_ text: String) -> [[Substring]] {
    text.split(separator: "\n", omittingEmptySubsequences: false).split(whereSeparator: \.isEmpty).map { Array($0) }
  }

  private static func words(_ lines: [Substring], _ service: String?) -> HTML {
    paragraph {
      for (number, line) in lines.enumerated() {
        if number > 0 { br() }
        for (place, word) in line.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
          if place > 0 { " " }
          if let service, let (link, address) = Self.link(word, service) {
            anchor(.href(link)) { address }
            word[address.endIndex...]
          } else {
            word
          }
        }
      }
    }
  }

  /// The address in a word, without what ends a sentence, if it is one of this service.
  private static func link(_ word: Substring, _ service: String) -> (Link, Substring)? {
    guard let last = word.lastIndex(where: { !".,;:!?)".contains($0) }) else { return nil }
    let address = word[...last]
    return Link.own(String(address), of: service).map { ($0, address) }
  }
}
