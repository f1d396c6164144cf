// Says times in the reader's own time zone and language; pages are made with UTC.

for (const time of document.querySelectorAll("time[data-local]")) {
  const date = new Date(time.dateTime);
  if (Number.isNaN(date.getTime())) continue;
  const format = { dateStyle: time.dataset.local === "short" ? "medium" : "full", timeStyle: "short" };
  time.title = time.textContent;
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, format).format(date);
}
