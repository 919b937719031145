// Keeps what is typed: in this browser at once, and as a draft of the hub where the form
// has one. So a lost connection, a closed window or an empty battery loses nothing.
// What is kept here is put back only into the version of the record that it was typed for.
"use strict";
const WAIT = 1500;
const PREFIX = "boloci ";
const SENT = PREFIX + "sent";
const store = (() => { try { return window.localStorage; } catch { return null; } })();
const forms = [...document.querySelectorAll("form[data-keep]")];
const begin = (form) => {
  const key = PREFIX + form.dataset.keep;
  const { restored, saved, offline, draft } = form.dataset;
  const said = form.querySelector("[data-kept]");
  const version = form.querySelector("[name=version]");
  const ticked = (box) => /^(checkbox|radio)$/.test(box.type);
  const boxes = () => [...form.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const name = (box) => (ticked(box) ? `${box.name} ${box.value}` : box.name);
  const value = (box) => (ticked(box) ? box.checked : box.value);
  const say = (text) => { if (said) { said.textContent = text ?? ""; } };
  const keep = () => {
    const typed = Object.fromEntries(boxes().map((box) => [name(box), value(box)]));
    try { store?.setItem(key, JSON.stringify({ version: version.value, typed })); } catch { /* full */ }
  };
  const kept = () => { try { return JSON.parse(store?.getItem(key) ?? "null"); } catch { return null; } };
  const restore = () => {
    const found = kept();
    if (found?.version !== version.value) { store?.removeItem(key); return; }
    let changed = false;
    for (const box of boxes()) {
      const was = found.typed[name(box)];
      if (was === undefined || was === value(box)) { continue; }
      if (ticked(box)) { box.checked = was; } else { box.value = was; }
      changed = true;
    }
    if (changed) { say(restored); }
  };
  let later = 0;
  let asking = false;
  const wait = (time) => { clearTimeout(later); later = setTimeout(send, time); };
  const send = async () => {
    if (asking) { wait(WAIT); return; }
    asking = true;
    const given = new URLSearchParams(new FormData(form));
    given.set("do", "draft");
    const answer = await fetch(draft, { method: "POST", body: given, redirect: "error" }).catch(() => null);
    asking = false;
    const told = await answer?.json().catch(() => null);
    if (answer?.ok && told) {
      version.value = told.version;
      keep();
      say(saved);
    } else if (told?.said) {
      say(told.said.join(" "));
    } else {
      say(offline);
      wait(10 * WAIT);
    }
  };
  form.addEventListener("input", () => {
    keep();
    if (draft) { wait(WAIT); }
  });
  form.addEventListener("submit", () => {
    clearTimeout(later);
    try { sessionStorage.setItem(SENT, key); } catch { /* kept until it is typed anew */ }
  });
  if (draft) { window.addEventListener("online", () => { if (kept()) { wait(0); } }); }
  restore();
};
forms.forEach(begin);
// What was sent and answered by another page is kept no longer.
const sent = (() => { try { return sessionStorage.getItem(SENT); } catch { return null; } })();
if (sent && !forms.some((form) => PREFIX + form.dataset.keep === sent)) {
  store?.removeItem(sent);
  sessionStorage.removeItem(SENT);
}
