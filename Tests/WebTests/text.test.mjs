// The catalogues of the static pages: complete, alike, and without text that nobody shows.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, extname } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Text, languageNames, pickLanguage } from "../../web/js/text.mjs";

const web = join(dirname(fileURLToPath(import.meta.url)), "../../web");
const catalogue = (language) => JSON.parse(readFileSync(join(web, `text/${language}.json`), "utf8"));
const english = catalogue("en");
const languages = Object.keys(languageNames);
// What has been translated into every language; into Arabic, only this.
const everywhere = ["booth", "common"];
const prefix = (key) => key.split(".")[0];

const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join(" ");
const whole = (entry) => (typeof entry === "string" ? entry : entry.other);

/** @returns {string[]} every file below a folder with one of the endings */
function files(folder, endings) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path, endings);
    return endings.includes(extname(entry.name)) ? [path] : [];
  });
}

describe("the catalogues", () => {
  test("one for every language that can be chosen, and no other", () => {
    assert.deepEqual(readdirSync(join(web, "text")).filter((name) => name.endsWith(".json")).sort(), languages.map((name) => `${name}.json`).sort());
  });

  for (const language of languages) {
    test(`${language} has every key with the same places, and every plural form that it needs`, () => {
      const theirs = catalogue(language);
      const wanted = Object.keys(english).filter((key) => language !== "ar" || everywhere.includes(prefix(key)));
      assert.deepEqual(Object.keys(theirs), wanted, "keys and their order");
      const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const key of wanted) {
        assert.equal(typeof theirs[key], typeof english[key], key);
        assert.equal(places(whole(theirs[key])), places(whole(english[key])), key);
        assert.equal(whole(theirs[key]).split("**").length, whole(english[key]).split("**").length, `${key}: emphasis`);
        if (typeof theirs[key] === "string") continue;
        // French and Spanish have a form for millions, which no page counts to.
        for (const category of categories) assert.ok(theirs[key][category] !== undefined || category === "many", `${key}: ${category}`);
        for (const category of Object.keys(theirs[key])) assert.ok(categories.includes(category), `${key}: ${category}`);
      }
    });
  }

  test("keys stand in order", () => assert.deepEqual(Object.keys(english), Object.keys(english).sort()));

  test("every key that pages name exists, and every key is named", () => {
    const prefixes = [...new Set(Object.keys(english).map(prefix))].join("|");
    const named = new Set();
    for (const file of files(web, [".mjs", ".html"])) {
      const text = readFileSync(file, "utf8");
      for (const [, key] of text.matchAll(new RegExp(`["'\`]((?:${prefixes})\\.[A-Za-z0-9.-]+)["'\`]`, "g"))) named.add(key);
    }
    assert.deepEqual([...named].filter((key) => english[key] === undefined), [], "named, but not there");
    assert.deepEqual(Object.keys(english).filter((key) => !named.has(key)), [], "there, but never named");
  });
});

describe("text", () => {
  const text = Text.of("en", { plain: "{name} has {amount}", many: { one: "{count} mark", other: "{count} marks" } });

  test("fills places, and writes numbers as the language does", () => {
    assert.equal(text.say("plain", { name: "{amount}", amount: 1234 }), "{amount} has 1,234");
    assert.equal(Text.of("de", { plain: "{amount}" }).say("plain", { amount: 1234 }), "1.234");
  });

  test("chooses the form for a number", () => {
    assert.equal(text.say("many", { count: 1 }), "1 mark");
    assert.equal(text.say("many", { count: 1200 }), "1,200 marks");
    assert.equal(Text.of("ar", { many: { two: "علامتان", other: "{count}" } }).say("many", { count: 2 }), "علامتان");
  });

  test("refuses a key that is not there", () => assert.throws(() => text.say("none"), /no text for none/));

  test("takes the first language that we have", () => {
    assert.equal(pickLanguage(["", "pt-BR", "fr-CA", "de"], languages), "fr");
    assert.equal(pickLanguage(["xx"], languages), "en");
    assert.equal(pickLanguage(["ar-EG"], ["en", "de"]), "en");
  });
});
