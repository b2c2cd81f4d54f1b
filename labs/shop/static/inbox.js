// The inbox, live: asks for its own page each second, and puts what has changed in its place. What has not changed is
// not touched, so that a reader's place, by eye or by keyboard, stays.

const EVERY = 1000;   // milliseconds
let failed = 0;

function renew(id, fresh) {
  const old = document.getElementById(id), now = fresh.getElementById(id);
  if (old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
}

function renewList(fresh) {
  const list = document.getElementById("list"), items = [...fresh.getElementById("list").children];
  const keys = new Set(items.map((item) => item.dataset.key));
  for (const one of [...list.children]) if (!keys.has(one.dataset.key)) one.remove();
  const there = new Map([...list.children].map((one) => [one.dataset.key, one]));
  const arrived = [];
  let place = list.firstElementChild;
  for (const item of items) {
    const one = there.get(item.dataset.key) ?? item;
    if (one === item) {
      one.classList.add("new");
      arrived.push(`${one.querySelector(".badge").textContent}: ${one.querySelector(".subject").textContent}`);
    } else {
      const is_open = item.querySelector("a").hasAttribute("aria-current");
      if (is_open) one.querySelector("a").setAttribute("aria-current", "true");
      else one.querySelector("a").removeAttribute("aria-current");
    }
    if (one === place) place = place.nextElementSibling;
    else list.insertBefore(one, place);
  }
  if (arrived.length) document.getElementById("news").textContent = `New: ${arrived.join(". ")}`;
}

// Which message is open on a page; where the list is empty, what stands there instead.
function openOne(page) {
  return page.querySelector("#list a[aria-current]")?.getAttribute("href") ?? page.getElementById("message").textContent;
}

async function fetched(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(5000) });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function show(fresh) {
  const open = openOne(fresh), message = document.getElementById("message");
  renew("state", fresh);
  renewList(fresh);
  if (message.dataset.open !== open) renew("message", fresh);
  message.dataset.open = open;
  document.title = fresh.title;
}

async function look() {
  try {
    const address = location.href, fresh = await fetched(address);
    if (address === location.href) show(fresh);
    failed = 0;
  } catch {
    failed += 1;
    if (failed > 2) document.getElementById("state").textContent = "The inbox does not answer. What is here may be old.";
  }
  setTimeout(look, EVERY);
}

// A click opens a message without loading the page anew; the address says which one is open.
addEventListener("click", async (event) => {
  const link = event.target.closest?.("#list a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show(await fetched(link.href));
});
addEventListener("popstate", () => location.reload());
document.getElementById("message").dataset.open = openOne(document);
setTimeout(look, EVERY);
