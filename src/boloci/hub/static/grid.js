// The typing grid: Enter goes to the next box, and sums follow what is typed.
"use strict";
const form = document.getElementById("form");
const boxes = form ? [...form.querySelectorAll("input[data-line]")] : [];
const digits = (box) => box.value.replace(/\s/g, "");
const number = (box) => (/^\d{1,7}$/.test(digits(box)) ? Number(digits(box)) : null);
const written = new Intl.NumberFormat(document.documentElement.lang);
const told = (sum) => (sum === null ? "–" : written.format(sum));
const add = () => {
  for (const one of form.querySelectorAll("output[data-sum]")) {
    const own = boxes.filter((box) => box.dataset.line === one.dataset.sum).map(number);
    one.value = told(own.includes(null) ? null : own.reduce((a, b) => a + b, 0));
  }
  for (const one of form.querySelectorAll("output[data-foot]")) {
    const own = boxes.filter((box) => box.dataset.column.endsWith(one.dataset.foot)).map(number);
    const blank = own.every((one) => one === null);
    one.value = told(blank ? null : own.reduce((a, b) => a + (b ?? 0), 0));
  }
};
form?.addEventListener("input", add);
form?.addEventListener("keydown", (event) => {
  const at = boxes.indexOf(event.target);
  if (event.key !== "Enter" || at < 0) { return; }
  event.preventDefault();
  const next = boxes[at + 1] ?? form.querySelector("button[value=send]");
  next.focus();
  next.select?.();
});
