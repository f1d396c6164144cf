// Elements of HTML and of the SVG that charts need. Each takes attributes and content; those that have no content take attributes alone.

private func element(_ name: StaticString, _ attributes: [Attribute], _ content: HTML) -> HTML {
  HTML(markup: "<\(name)\(attributes.map { $0.markup }.joined())>\(content.markup)</\(name)>")
}

private func void(_ name: StaticString, _ attributes: [Attribute]) -> HTML {
  HTML(markup: "<\(name)\(attributes.map { $0.markup }.joined())>")
}

private func shape(_ name: StaticString, _ attributes: [Attribute]) -> HTML {
  HTML(markup: "<\(name)\(attributes.map { $0.markup }.joined())/>")
}

func html(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("html", attributes, content())
}
func head(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("head", attributes, content())
}
func body(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("body", attributes, content())
}
func titleTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("title", attributes, content())
}
func headerTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("header", attributes, content())
}
func main(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("main", attributes, content())
}
func footer(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("footer", attributes, content())
}
func nav(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("nav", attributes, content())
}
func section(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("section", attributes, content())
}
func article(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("article", attributes, content())
}
func aside(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("aside", attributes, content())
}
func div(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("div", attributes, content())
}
func span(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("span", attributes, content())
}
func paragraph(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("p", attributes, content())
}
func h1(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("h1", attributes, content()) }
func h2(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("h2", attributes, content()) }
func h3(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("h3", attributes, content()) }
func h4(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("h4", attributes, content()) }
func ul(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("ul", attributes, content()) }
func ol(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("ol", attributes, content()) }
func li(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("li", attributes, content()) }
func dl(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("dl", attributes, content()) }
func dt(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("dt", attributes, content()) }
func dd(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("dd", attributes, content()) }
func anchor(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("a", attributes, content())
}
func strong(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("strong", attributes, content())
}
func em(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("em", attributes, content()) }
func small(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("small", attributes, content())
}
func codeTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("code", attributes, content())
}
func bold(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("b", attributes, content()) }
func outputTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("output", attributes, content())
}
func timeTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("time", attributes, content())
}
func form(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("form", attributes, content())
}
func fieldset(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("fieldset", attributes, content())
}
func legend(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("legend", attributes, content())
}
func label(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("label", attributes, content())
}
func button(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("button", attributes, content())
}
func textarea(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("textarea", attributes, content())
}
func selectTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("select", attributes, content())
}
func optionTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("option", attributes, content())
}
func table(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("table", attributes, content())
}
func caption(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("caption", attributes, content())
}
func thead(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("thead", attributes, content())
}
func tbody(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("tbody", attributes, content())
}
func tr(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("tr", attributes, content()) }
func th(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("th", attributes, content()) }
func td(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("td", attributes, content()) }
func details(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("details", attributes, content())
}
func summary(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("summary", attributes, content())
}
func figure(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("figure", attributes, content())
}
func figcaption(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("figcaption", attributes, content())
}
func noscript(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("noscript", attributes, content())
}
func progress(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("progress", attributes, content())
}
func meter(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("meter", attributes, content())
}
func svg(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("svg", attributes, content())
}
func g(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML { element("g", attributes, content()) }
func svgText(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("text", attributes, content())
}
func defs(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("defs", attributes, content())
}
func pattern(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("pattern", attributes, content())
}
func scriptTag(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("script", attributes, content())
}
func blockquote(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
  element("blockquote", attributes, content())
}

func meta(_ attributes: Attribute...) -> HTML { void("meta", attributes) }
func linkTag(_ attributes: Attribute...) -> HTML { void("link", attributes) }
func input(_ attributes: Attribute...) -> HTML { void("input", attributes) }
func img(_ attributes: Attribute...) -> HTML { void("img", attributes) }
func hr(_ attributes: Attribute...) -> HTML { void("hr", attributes) }
func br(_ attributes: Attribute...) -> HTML { void("br", attributes) }
func useSymbol(_ attributes: Attribute...) -> HTML { shape("use", attributes) }
func svgPath(_ attributes: Attribute...) -> HTML { shape("path", attributes) }
func rect(_ attributes: Attribute...) -> HTML { shape("rect", attributes) }
func svgLine(_ attributes: Attribute...) -> HTML { shape("line", attributes) }
func circle(_ attributes: Attribute...) -> HTML { shape("circle", attributes) }
