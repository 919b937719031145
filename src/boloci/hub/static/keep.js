// Keeps what is typed: in this browser at once, and as a draft of the hub where the form
// has one. So a lost connection, a closed window or an empty battery loses nothing.
// What is kept here is put back into the record that it was typed for; into one that was
// changed since only when its writer asks. It is thrown away once the hub has taken it.
// A page that was on its way while the hub kept a draft knows less than the browser does:
// it shows the record as this form had it before, and is told the later one.
"use strict";
const WAIT = 1500;
const PREFIX = "boloci ";
const store = (() => { try { return window.localStorage; } catch { return null; } })();
const begin = (form) => {
  const key = PREFIX + form.dataset.keep;
  const { restored, saved, offline, refused, older, draft, at, done } = form.dataset;
  const said = form.querySelector("[data-kept]");
  const offer = form.querySelector("[data-offer]");
  const hidden = (name) => form.querySelector(`[name=${name}]`);
  const version = hidden("version");
  const record = () => `${hidden("base")?.value ?? ""} ${version.value}`;
  const become = (later) => {
    const [base, number] = later.split(" ");
    version.value = number;
    if (hidden("base")) { hidden("base").value = base; }
  };
  const before = [];
  const ticked = (box) => /^(checkbox|radio)$/.test(box.type);
  const boxes = () => [...form.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const name = (box) => (ticked(box) ? `${box.name} ${box.value}` : box.name);
  const value = (box) => (ticked(box) ? box.checked : box.value);
  const say = (text) => { if (said) { said.textContent = text ?? ""; } };
  const keep = () => {
    const typed = Object.fromEntries(boxes().map((box) => [name(box), value(box)]));
    const kept = { record: record(), before, at: Number(at), typed };
    try { store?.setItem(key, JSON.stringify(kept)); } catch { /* full */ }
  };
  const kept = () => { try { return JSON.parse(store?.getItem(key) ?? "null"); } catch { return null; } };
  const differs = (found) => boxes().some((box) => (found.typed[name(box)] ?? value(box)) !== value(box));
  const fill = (found) => {
    for (const box of boxes()) {
      const was = found.typed[name(box)];
      if (was === undefined) { continue; }
      if (ticked(box)) { box.checked = was; } else { box.value = was; }
    }
    say(restored);
    if (offer) { offer.hidden = true; }
  };
  const restore = () => {
    const found = kept();
    if (!found) { return; }
    if (found.at <= Number(done)) { store?.removeItem(key); return; }
    if (!differs(found)) { return; }
    if (found.record === record()) { fill(found); return; }
    if (found.before?.includes(record())) {
      before.push(...found.before);
      become(found.record);
      fill(found);
      return;
    }
    say(older);
    if (offer) { offer.hidden = false; offer.addEventListener("click", () => { fill(found); keep(); }); }
  };
  let later = 0;
  let asking = null;
  const wait = (time) => { clearTimeout(later); later = setTimeout(send, time); };
  const ask = async () => {
    const given = new URLSearchParams(new FormData(form));
    given.set("do", "draft");
    const answer = await fetch(draft, { method: "POST", body: given, redirect: "error" }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (answer?.ok && told) {
      before.push(record());
      become(`${told.base} ${told.version}`);
      keep();
      say(saved);
    } else if (told?.said) {
      say(told.said.join(" "));
    } else if (answer) {
      say(refused);
    } else {
      say(offline);
      wait(10 * WAIT);
    }
  };
  const send = async () => {
    if (asking) { wait(WAIT); return; }
    asking = ask();
    await asking;
    asking = null;
  };
  form.addEventListener("input", () => {
    keep();
    if (draft) { wait(WAIT); }
  });
  form.addEventListener("submit", () => { clearTimeout(later); keep(); });
  if (draft) { window.addEventListener("online", () => { if (kept()) { wait(0); } }); }
  restore();
};
for (const form of document.querySelectorAll("form[data-keep]")) { begin(form); }
