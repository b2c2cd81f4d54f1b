// Cuts the deck into slides that hold what is on them, then shows them with reveal.js.
(() => {
  const root = document.documentElement;
  const WIDE = 1280 - 2 * 56;          // px of a slide for what is on it, as slides.css has them
  const HIGH = 720 - 20;
  const HIGHEST = 500;                 // px of a picture, so that there is room for what is said of it
  const LITTLE = 0.92;                 // a page is made so much smaller before a line or two get one to themselves
  const FEW = 3;                       // so many lines or rows stay together
  const BACK = 9;                      // so many lines a cut goes back to find an empty one

  const bottom = (element) => element.getBoundingClientRect().bottom;
  const isHeading = (element) => /^H[1-4]$/.test(element?.tagName);
  const isBlank = (element) => !element.textContent.trim();
  const isTitle = (p) => p.textContent.trim().endsWith(":") || p.textContent.trim() === p.querySelector(":scope > strong")?.textContent;
  const leadsOn = (element) =>
    isHeading(element) || element?.tagName === "SUMMARY" || (element?.tagName === "P" && isTitle(element));
  const partsOf = (element) => element.tagName === "TABLE" ? [...element.tBodies].flatMap((body) => [...body.rows]) : [...element.children];
  const canBeCut = (element) => element.matches("div, details, pre, ul, ol, table, blockquote") && partsOf(element).length > 0;

  // Takes from an element what lies below a line: answers it in an element of the same kind, null where nothing could
  // stay. What leads on to something goes with it, unless `loose`.
  function split(element, line, loose) {
    const parts = partsOf(element);
    const over = parts.findIndex((part) => bottom(part) > line);
    if (over < 0) return null;
    const rest = element.cloneNode(false);
    if (element.tagName === "TABLE" && element.tHead) rest.append(element.tHead.cloneNode(true));
    const into = element.tagName === "TABLE" ? rest.appendChild(document.createElement("tbody")) : rest;
    if (element.matches("pre, table")) {
      const at = whereOf(parts, over);
      if (at < FEW) return null;
      into.append(...parts.slice(at));
      for (const side of [element, rest]) trim(side);
      return rest;
    }
    const below = canBeCut(parts[over]) ? split(parts[over], line, loose) : null;
    if (below) {
      if (element.tagName === "DETAILS") rest.append(element.querySelector("summary").cloneNode(true));
      into.append(below, ...parts.slice(over + 1));
      return rest;
    }
    const stays = (at) => parts.slice(0, at).some((part) => !isHeading(part));
    let at = over;
    while (!loose && at > 0 && leadsOn(parts[at - 1])) at--;
    const lead = loose || at < over ? null : leadOf(parts[at - 1]);
    if (lead) into.append(lead);
    if (lead && !parts[at - 1].children.length) parts[--at].remove();
    if (!stays(at)) {
      if (lead) element.prepend(...parts.slice(0, at), lead);
      return null;
    }
    if (element.tagName === "DETAILS") rest.append(element.querySelector("summary").cloneNode(true));
    into.append(...parts.slice(at));
    return rest;
  }

  // Where to cut lines or rows of which number `over` is the first that has no room: at an empty one, if that is near.
  function whereOf(parts, over) {
    let at = over;
    while (at > Math.max(FEW, over - BACK) && !isBlank(parts[at - 1])) at--;
    if (!isBlank(parts[at - 1] ?? parts[0])) at = over;
    return Math.min(at, Math.max(parts.length - FEW, FEW));
  }

  // The end of a cell that leads on to the next one, taken from it; null where it has none.
  function leadOf(cell) {
    if (!cell?.matches(".cell") || !leadsOn(cell.lastElementChild)) return null;
    const lead = cell.cloneNode(false);
    while (leadsOn(cell.lastElementChild)) lead.prepend(cell.lastElementChild);
    return lead;
  }

  function trim(listing) {
    if (listing.tagName !== "PRE") return;
    while (listing.lastElementChild && isBlank(listing.lastElementChild)) listing.lastElementChild.remove();
    while (listing.firstElementChild && isBlank(listing.firstElementChild)) listing.firstElementChild.remove();
  }

  // What can be neither cut nor moved becomes smaller; much too much can be scrolled.
  function squeeze(element, ratio, what) {
    if (ratio > 0.55) { element.style.zoom = Math.floor(ratio * 100) / 100; return; }
    element.classList.add("scrolls");
    element.tabIndex = 0;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", `${what}: scroll with the arrow keys`);
    element.style.maxHeight = `${HIGH - 140}px`;
  }

  function cut(slide) {
    const heading = slide.querySelector("h1, h2, h3")?.textContent ?? "";
    const notes = [...slide.querySelectorAll(":scope > aside.notes")];
    notes.forEach((note) => note.remove());
    let number = 1;
    for (let page = slide; page;) {
      const rest = next(page);
      page.append(...notes.map((note) => note.cloneNode(true)));
      if (rest) {
        const first = rest.firstElementChild;
        first.classList.remove("fragment");
        number += 1;
        if (heading && !isHeading(first.firstElementChild)) {
          const again = document.createElement("h2");
          again.className = "again";
          again.textContent = `${heading} (${number})`;
          rest.prepend(again);
        }
        page.after(rest);
      }
      page = rest;
    }
  }

  // What does not fit on a page, null where all of it does in the end.
  function next(page) {
    const { top: from } = page.getBoundingClientRect();
    const line = from + HIGH;
    const cells = [...page.querySelectorAll(":scope > .cell")];
    const little = (HIGH - 34) / (Math.max(...cells.map(bottom)) - from - 34);
    if (little < 1 && little > LITTLE) {
      for (const cell of cells) cell.style.zoom = Math.floor(little * 100) / 100;
    }
    const rest = split(page, line);
    if (rest) return rest;
    const over = [...page.querySelectorAll(":scope > .cell > *")].find((part) => bottom(part) > line);
    if (!over) return null;
    const { top, height } = over.getBoundingClientRect();
    const ratio = (line - top) / height;
    const loose = ratio < 0.8 ? split(page, line, true) : null;
    if (loose) return loose;
    squeeze(over, ratio, "Long");
    return split(page, line);
  }

  function prepare(deck) {
    for (const pre of deck.querySelectorAll("pre")) {
      const columns = Math.max(...[...pre.children].map((line) => line.textContent.length), 1);
      pre.style.setProperty("--columns", columns);
    }
    for (const picture of deck.querySelectorAll("img")) {   // twice as many pixels as a page shows
      const { naturalWidth: wide, naturalHeight: high } = picture;
      picture.removeAttribute("height");
      picture.width = Math.min(WIDE, wide, (HIGHEST * wide) / high);
    }
    for (const table of deck.querySelectorAll("table")) {
      const wide = table.getBoundingClientRect().width;
      if (wide > WIDE) squeeze(table, WIDE / wide, "Wide table");
    }
  }

  function bind() {
    const acts = {
      prev: () => Reveal.prev(),
      next: () => Reveal.next(),
      notes: () => Reveal.getPlugin("notes").open(),
      help: () => Reveal.toggleHelp(),
    };
    for (const button of document.querySelectorAll("[data-go]")) {
      button.addEventListener("click", () => { acts[button.dataset.go](); button.blur(); });
    }
    const place = document.querySelector(".place");
    const show = () => { place.textContent = `${Reveal.getSlidePastCount() + 1} of ${Reveal.getTotalSlides()}`; };
    Reveal.on("slidechanged", show);
    show();
    Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, () => document.querySelector(".switch").click());
  }

  root.classList.add("cutting");
  root.classList.toggle("inside", self !== top);
  addEventListener("load", async () => {
    const deck = document.querySelector(".deck");
    prepare(deck);
    deck.querySelectorAll(".slide").forEach(cut);
    deck.classList.add("reveal");
    await Reveal.initialize({
      width: 1280, height: 720, margin: 0, center: false, hash: true, controls: false, transition: "none",
      navigationMode: "linear", pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1, scrollActivationWidth: 0,
      plugins: [RevealNotes],
    });
    bind();
    root.classList.remove("cutting");
    root.classList.add("ready");
  });
})();
