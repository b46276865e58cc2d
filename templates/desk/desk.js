// Follows the desk: options show at once, a save shows its pages, a click turns a sheet over.
"use strict";

const view = document.getElementById("view");
const said = document.getElementById("said");
const step = document.getElementById("step");
const form = document.querySelector("form");
const turned = new Set();
// How long pages may be drawn before they are shown all the same, in milliseconds.
const PATIENCE = 1500;

form.addEventListener("change", () => form.requestSubmit());

function turn(button, over) {
  button.setAttribute("aria-pressed", String(over));
  button.querySelectorAll("img").forEach((face, at) => { face.hidden = (at === 1) !== over; });
  if (over) turned.add(button.id); else turned.delete(button.id);
}

view.addEventListener("click", (event) => {
  const button = event.target.closest("button.turn");
  if (button) turn(button, button.getAttribute("aria-pressed") !== "true");
});

// What is new is drawn first and then shown, so that nothing flickers.
async function show(number) {
  const answer = await fetch("view?" + view.dataset.asked);
  if (!answer.ok) throw new Error(await answer.text());
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = document.createElement("main");
  next.replaceChildren(...made.body.childNodes);
  for (const id of [...turned]) {
    const button = next.querySelector("#" + CSS.escape(id));
    if (button) turn(button, true);
  }
  const first = [...next.querySelectorAll("img:not([hidden])")].slice(0, 6);
  const drawn = first.map((face) => { face.loading = "eager"; return face.decode().catch(() => {}); });
  await Promise.race([Promise.all(drawn), new Promise((done) => setTimeout(done, PATIENCE))]);
  const focused = document.activeElement && view.contains(document.activeElement) ? document.activeElement.id : "";
  const top = scrollY;
  view.replaceChildren(...next.childNodes);
  view.dataset.seen = number;
  scrollTo(scrollX, top);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  step.textContent = "";
  const heading = view.querySelector("#problems") || view.querySelector("#changed");
  said.textContent = heading ? heading.textContent : view.querySelector(".file p")?.textContent || "";
}

// One after the other, and of several that come meanwhile only the last.
let latest = 0;
let showing = Promise.resolve();
function follow(number) {
  latest = number;
  showing = showing.then(() => number === latest && show(number)).catch((error) => { said.textContent = error.message; });
}

const events = new EventSource("events?" + view.dataset.asked + "&seen=" + view.dataset.seen);
events.addEventListener("view", (event) => follow(event.data));
events.addEventListener("step", (event) => { step.textContent = event.data + " …"; });
events.addEventListener("error", () => { step.textContent = "The desk does not answer: is pharmdocs serve still running?"; });
events.addEventListener("open", () => { step.textContent = ""; });
