// Says times in the reader's own time zone and language; pages are made with UTC.

/** Localises the times within a part of the page. */
export function localise(part) {
  const page = document.documentElement.lang;
  // English is written in many ways: the reader's own.
  const language = navigator.languages?.find((own) => own.split("-")[0] === page) ?? page;
  for (const time of part.querySelectorAll("time[data-local]")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    const format = { dateStyle: time.dataset.local === "short" ? "medium" : "full", timeStyle: "short" };
    time.title = time.textContent;
    time.textContent = new Intl.DateTimeFormat(language, format).format(date);
  }
}

localise(document);
