/// An attribute of an element. Names come from our source alone; there is none that runs a script or sets a style, so that the content policy holds.
public struct Attribute: Sendable {
  let name: String
  /// `nil`: the name alone.
  let value: String?
  let isThere: Bool

  private init(_ name: String, _ value: String?, isThere: Bool = true) {
    self.name = name
    self.value = value
    self.isThere = isThere
  }

  static func named(_ name: StaticString, _ value: String) -> Attribute { Attribute("\(name)", value) }
  private static func flag(_ name: String, _ isThere: Bool) -> Attribute { Attribute(name, nil, isThere: isThere) }

  /// Classes, separated by blanks.
  static func `class`(_ names: String) -> Attribute { Attribute("class", names, isThere: !names.isEmpty) }
  static func id(_ id: String) -> Attribute { Attribute("id", id) }
  static func lang(_ tag: String) -> Attribute { Attribute("lang", tag) }
  static func dir(_ direction: String) -> Attribute { Attribute("dir", direction) }
  static func role(_ role: StaticString) -> Attribute { Attribute("role", "\(role)") }
  static func title(_ text: String) -> Attribute { Attribute("title", text) }
  static func hidden(_ isHidden: Bool = true) -> Attribute { flag("hidden", isHidden) }
  static func tabindex(_ index: Int) -> Attribute { Attribute("tabindex", String(index)) }

  static func href(_ link: Link) -> Attribute { Attribute("href", link.text) }
  static func src(_ link: Link) -> Attribute { Attribute("src", link.text) }
  static func alt(_ text: String) -> Attribute { Attribute("alt", text) }
  static func download(_ name: String) -> Attribute { Attribute("download", name) }
  static func datetime(_ time: String) -> Attribute { Attribute("datetime", time) }

  static func action(_ link: Link) -> Attribute { Attribute("action", link.text) }
  static func method(_ method: StaticString) -> Attribute { Attribute("method", "\(method)") }
  static func enctype(_ type: StaticString) -> Attribute { Attribute("enctype", "\(type)") }
  static func type(_ type: StaticString) -> Attribute { Attribute("type", "\(type)") }
  static func name(_ name: String) -> Attribute { Attribute("name", name) }
  static func value(_ value: String) -> Attribute { Attribute("value", value) }
  static func `for`(_ id: String) -> Attribute { Attribute("for", id) }
  static func autocomplete(_ word: StaticString) -> Attribute { Attribute("autocomplete", "\(word)") }
  static func inputmode(_ word: StaticString) -> Attribute { Attribute("inputmode", "\(word)") }
  static func required(_ isRequired: Bool = true) -> Attribute { flag("required", isRequired) }
  static func checked(_ isChecked: Bool = true) -> Attribute { flag("checked", isChecked) }
  static func selected(_ isSelected: Bool = true) -> Attribute { flag("selected", isSelected) }
  static func disabled(_ isDisabled: Bool = true) -> Attribute { flag("disabled", isDisabled) }
  static func open(_ isOpen: Bool = true) -> Attribute { flag("open", isOpen) }
  static func novalidate(_ isThere: Bool = true) -> Attribute { flag("novalidate", isThere) }
  static func minimum(_ value: String) -> Attribute { Attribute("min", value) }
  static func maximum(_ value: String) -> Attribute { Attribute("max", value) }
  static func step(_ value: String) -> Attribute { Attribute("step", value) }
  static func maxlength(_ count: Int) -> Attribute { Attribute("maxlength", String(count)) }
  static func rows(_ count: Int) -> Attribute { Attribute("rows", String(count)) }
  static func accept(_ types: StaticString) -> Attribute { Attribute("accept", "\(types)") }
  static func scope(_ word: StaticString) -> Attribute { Attribute("scope", "\(word)") }
  static func colspan(_ count: Int) -> Attribute { Attribute("colspan", String(count)) }

  /// `aria-` and a word; left out where there is nothing to say.
  static func aria(_ word: StaticString, _ value: String) -> Attribute { Attribute("aria-\(word)", value, isThere: !value.isEmpty) }
  /// `data-` and a word: for modules of ours.
  static func data(_ word: StaticString, _ value: String) -> Attribute { Attribute("data-\(word)", value) }

  var markup: String {
    guard isThere else { return "" }
    return value.map { " \(name)=\"\(HTML.escape($0))\"" } ?? " \(name)"
  }
}
