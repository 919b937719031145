// Follows a job: asks for the page again until the job has ended, then shows the page anew.
"use strict";
const ask = async () => {
  const shown = document.querySelector("[data-follow]");
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-follow]");
    if (!now) { location.reload(); return; }
    shown.replaceChildren(...now.childNodes);
  }
  setTimeout(ask, 2000);
};
setTimeout(ask, 2000);
