// Draws what /figures answers, every two seconds. What learners typed becomes text, never HTML.
"use strict";
const at = (id) => document.getElementById(id);
const STUCK = 3;

function made(name, text = "", kind = "") {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function number(answer) {
  return answer.length ? Math.round(answer[0][1]).toLocaleString("en") : "0";
}

function replace(place, elements, nothing) {
  place.replaceChildren(...(elements.length ? elements : [made("li", nothing, "quiet")]));
}

function bar(text, value, most, said = String(value)) {
  const line = made("li");
  const length = made("i");   // the number beside it says the same
  length.style.width = `${100 * value / most}%`;
  const name = made("span", text);
  name.title = text;
  line.append(name, made("b", said), length);
  return line;
}

function bars(id, answer, name, nothing, said) {
  const most = Math.max(1, ...answer.map(([, value]) => value));
  replace(at(id), answer.map(([labels, value]) => bar(name(labels), value, most, said?.(value))), nothing);
}

function learner([labels, missed]) {
  const one = made("li", labels.learner, missed === 0 ? "one good" : missed >= STUCK ? "one bad" : "one");
  if (missed) one.textContent += ` ${missed}×`;
  const state = missed ? `${missed} wrong in a row` : "solved";
  one.title = `${labels.learner}: ${state}`;
  one.append(made("span", missed ? " wrong" : " solved", "seen-by-readers-only"));
  return one;
}

function rows(answer, titles) {
  const byExercise = Map.groupBy(answer, ([labels]) => labels.exercise);
  const exercises = [...byExercise.keys()].sort();
  return exercises.map((exercise) => {
    const row = made("div");
    const title = made("h3", exercise);
    const what = made("span", titles[exercise] ?? "");
    what.title = what.textContent;
    title.append(what);
    const list = made("ul");
    const there = byExercise.get(exercise)
      .sort((one, other) => other[1] - one[1] || one[0].learner.localeCompare(other[0].learner));
    list.append(...there.map(learner));
    row.append(title, list);
    return row;
  });
}

function show(found) {
  at("link").textContent = found.link ? `.venv/bin/workshop join ${found.link} --name YOUR-NAME` : "";
  for (const place of document.querySelectorAll("[data-query]")) {
    place.textContent = found.queries[place.dataset.query];
  }
  complain(found.problem);
  if (found.problem) return;
  for (const id of ["learners", "active", "pace", "solved"]) at(id).textContent = number(found[id]);
  const titled = (labels) => `${labels.exercise} ${found.titles[labels.exercise] ?? ""}`;
  const nobody = made("p", "Nobody has checked an answer yet.", "quiet");
  at("rows").replaceChildren(...(found.where.length ? rows(found.where, found.titles) : [nobody]));
  bars("stops", found.stopped.slice(0, 6), titled, "None stops anybody.");
  bars("mistakes", found.wrong, (labels) => `${labels.diagnosis} · ${titled(labels)}`, "No wrong answer yet.");
  bars("silence", found.quiet, (labels) => labels.learner, "Nobody.", (value) => `${Math.round(value / 60)} min`);
}

function complain(text) {
  at("problem").hidden = !text;
  if (at("problem").textContent !== text) at("problem").textContent = text;
}

async function update() {
  try {
    show(await (await fetch("/figures")).json());
  } catch {
    complain("The room does not answer: is `workshop room` running? What stands here is old.");
  }
  setTimeout(update, 2000);
}

at("queries").addEventListener("click", () => {
  const asking = document.body.classList.toggle("asking");
  at("queries").setAttribute("aria-pressed", String(asking));
});
update();
