// The button of a pilot, on pages that come from no template: how it went, said by whoever wants to.

import { afterwards, element } from "./elements.mjs";

/** Asks how it went, in a window of its own: nobody loses a ballot or a key for an opinion. @param {import("./text.mjs").Text} text */
export function askHowItWent(text) {
  const link = element("a", { class: "button button--small feedback", href: "/feedback", target: "_blank", rel: "noopener noreferrer", "data-text": "common.feedback" }, text.say("common.feedback"));
  document.querySelector(".foot").append(link);
}

/** The same where the service runs as a pilot; nobody waits for that, and nothing comes of it where the service does not answer. */
export const askInPilots = (text) => afterwards(async () => {
  const answer = await fetch("/api/v1/pilot", { credentials: "omit", priority: "low" }).then((answer) => answer.json()).catch(() => null);
  if (answer?.pilot) askHowItWent(text);
});
