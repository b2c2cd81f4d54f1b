// The overview page: asks the server what there is, again and again, and shows it.

const $ = (id) => document.getElementById(id);
const LOST = 3000;   // milliseconds without an answer after which what is shown may be old
const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);
const STATES = { firing: ["bad", "firing"], resolved: ["good", "resolved"] };
let heard = Date.now();
let firing = null;

function show(state) {
  showVerdict(state);
  follow($("problems"), state.problems, (text) => text, (text) => make("p", { class: "notice bad" }, text));
  $("rate").textContent = state.figures.rate == null ? "–" : state.figures.rate.toFixed(1);
  $("failed").textContent = state.figures.failed == null ? "–" : `${(100 * state.figures.failed).toFixed(1)}%`;
  $("p95").textContent = state.figures.p95 == null ? "–" : `${state.figures.p95.toFixed(2)} s`;
  follow($("links"), Object.entries(state.links ?? {}), ([words]) => words,
         ([words, address]) => make("a", { href: address, target: "_blank", rel: "noopener" }, words));
  follow($("ways"), state.ways, (way) => `${way.alert} ${way.about} ${way.is_over}`, wayRow);
  $("quiet").textContent = state.quiet.length ? `Quiet: ${state.quiet.join(", ")}.` : "";
  showHeartbeat(state);
  showServices(state.services);
  follow($("messages"), state.messages, (message) => message.id, (message) => messageRow(message, state.links));
  $("no-messages").hidden = state.messages.length > 0;
  showActs(state.acts);
  tell(state.ways);
}

function showVerdict(state) {
  const fires = state.ways.filter((way) => !way.is_over && way.stations[1].state);
  const waits = state.ways.filter((way) => !way.is_over && !way.stations[1].state);
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const [look, says] =
    !state.is_up ? ["idle", "nothing on stage"]
    : fires.length ? ["bad", `${count(fires.length, "alert")} firing`]
    : state.problems.length ? ["warn", "not all is known"]
    : waits.length ? ["warn", `${count(waits.length, "alert")} pending`]
    : state.services.some((one) => one.state === "bad" || one.state === "warn") ? ["warn", "something is down"]
    : ["good", "all is well"];
  follow($("verdict"), [[look, says]], () => "verdict", ([a, b]) => badge(a, b));
  document.title = `The stage: ${says}`;
}

function showHeartbeat(state) {
  const beat = state.heartbeat;
  const shown = beat == null ? ["idle", "no heartbeat yet"] : beat < 10 ? ["good", "heartbeat"] : ["bad", `no heartbeat for ${beat.toFixed(0)} s`];
  follow($("heartbeat"), state.is_up ? [shown] : [], () => "beat", ([look, says]) => badge(look, says));
}

function wayRow(way) {
  const row = make("tr");
  const name = make("th", { scope: "row" }, make("strong", {}, way.alert));
  if (way.about) name.append(make("span", { class: "more" }, way.about));
  row.append(name);
  for (const station of way.stations) {
    const cell = make("td", { "data-place": station.place });
    cell.append(station.state ? badge(station.state, station.says) : make("span", { class: "quiet" }, "…"));
    if (station.more) cell.append(make("span", { class: "more" }, station.more));
    row.append(cell);
  }
  return row;
}

function messageRow(message, links) {
  const subject = links?.Inbox
    ? make("a", { href: `${links.Inbox}/messages/${message.id}`, target: "_blank", rel: "noopener" }, message.subject)
    : message.subject;
  const [look, says] = STATES[message.status] ?? ["info", "message"];
  return make("tr", {}, make("td", { class: "time" }, clock(message.arrived)), make("td", {}, badge(look, says)),
              make("td", {}, message.to.split("@")[0]), make("td", {}, subject));
}

// What is as it should be need not be read one by one, where nobody would miss it.
function inShort(services) {
  const small = services.filter((one) => one.group === "Exporters");
  const well = small.filter((one) => one.state === "good");
  const rest = services.filter((one) => !well.includes(one));
  const sum = { group: "Exporters", name: well.length === small.length ? "all of them" : "of them", state: "good", says: `${well.length} up`, more: "" };
  return well.length ? [...rest.filter((one) => one.group !== "Exporters"), sum, ...rest.filter((one) => one.group === "Exporters")] : rest;
}

function showServices(everything) {
  const services = inShort(everything);
  const groups = [...new Set(services.map((one) => one.group))];
  const box = $("groups");
  for (const group of groups) {
    const id = `group-${groups.indexOf(group)}`;
    if (!$(id)) box.append(make("div", { class: "group" }, make("h3", {}, group), make("ul", { id })));
    follow($(id), services.filter((one) => one.group === group), (one) => one.name, (one) =>
      make("li", one.more ? { title: one.more } : {}, badge(one.state, one.says), " ", one.name));
  }
}

function showActs(acts) {
  const under = acts.filter((act) => act.doing);
  const reset = under.some((act) => act.kind === "reset");
  for (const box of document.querySelectorAll("[data-fault], #reset-told")) {
    const name = box.dataset.fault ?? "";
    const act = acts.find((one) => one.name === name);
    const told = box.dataset.fault ? box.querySelector(".told") : box;
    follow(told, act ? [act] : [], () => "act", actLine);
    const buttons = box.dataset.fault ? box.querySelectorAll("button") : document.querySelectorAll("[data-kind=reset]");
    for (const button of buttons) button.setAttribute("aria-disabled", String(Boolean(act?.doing) || reset));
  }
}

function actLine(act) {
  if (!act.doing) {
    return make("p", { class: `notice ${act.failed ? "bad" : "good"}` }, act.told);
  }
  const label = `${act.doing}, for ${act.seconds.toFixed(0)} s`;
  return make("p", {}, badge("warn", act.doing), " ",
              make("progress", { max: act.limit, value: Math.min(act.seconds, act.limit), "aria-label": label }),
              ` ${act.seconds.toFixed(0)} s`);
}

// Whoever listens instead of looking hears what begins to fire, and what ends.
function tell(ways) {
  const now = new Set(ways.filter((way) => !way.is_over && way.stations[1].state).map((way) => way.alert));
  if (firing) {
    const news = [...now].filter((name) => !firing.has(name)).map((name) => `${name} fires.`)
      .concat([...firing].filter((name) => !now.has(name)).map((name) => `${name} has ended.`));
    if (news.length) $("news").textContent = news.join(" ");
  }
  firing = now;
}

async function act(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");   // the next answer of the server says how it stands
  const { kind, name } = button.dataset;
  const box = button.closest("[data-fault]")?.querySelector(".told") ?? $("reset-told");
  try {
    const answer = await fetch("/act", {
      method: "POST",
      headers: { Accept: "application/json", "X-Xsrftoken": document.body.dataset.xsrf },
      body: new URLSearchParams({ kind, name }),
    });
    if (!answer.ok) box.replaceChildren(make("p", { class: "notice bad" }, (await answer.json()).problem));
  } catch {
    box.replaceChildren(make("p", { class: "notice bad" }, "The page's server does not answer: `make demo` starts it."));
  }
}

async function watch() {
  for (;;) {
    try {
      const answer = await fetch("/state", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
      if (answer.status === 403) return location.reload();
      show(await answer.json());
      heard = Date.now();
    } catch {
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}

addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-kind]");
  if (button) act(button);
});
setInterval(() => {
  const silent = (Date.now() - heard) / 1000;
  document.body.classList.toggle("lost", silent * 1000 > LOST);
  $("age").textContent = silent * 1000 > LOST
    ? `No news for ${silent.toFixed(0)} s: the page's server does not answer. \`workshop demo overview\` starts it again.`
    : "Up to date.";
}, 250);
watch();
