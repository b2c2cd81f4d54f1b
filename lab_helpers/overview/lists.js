// Lists that follow what the server says, without touching what has not changed: a reader's place stays.

// An element, with its attributes and what is in it; text is never taken for HTML.
function make(name, attributes, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

// A state: a word, a colour, and the shape that look.css draws for it.
function badge(state, says) {
  return make("span", { class: `badge ${state}` }, says);
}

// A name for each item; no two of one name are taken for each other.
function named(items, key) {
  const seen = new Map();
  return items.map((item) => {
    const word = String(key(item)), number = seen.get(word) ?? 0;
    seen.set(word, number + 1);
    return number ? `${word} (${number})` : word;
  });
}

// Have the children of `list` be `items`, in this order; `build` makes what is new or has changed. What goes, goes first:
// an element that is moved loses the focus.
function follow(list, items, key, build) {
  const names = named(items, key);
  for (const child of [...list.children]) if (!names.includes(child.dataset.key)) child.remove();
  const there = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  items.forEach((item, at) => {
    const looks = JSON.stringify(item);
    let child = there.get(names[at]);
    if (child?.dataset.looks !== looks) {
      const fresh = build(item);
      fresh.dataset.key = names[at];
      fresh.dataset.looks = looks;
      if (child && child === place) place = fresh;
      child?.replaceWith(fresh);
      child = fresh;
    }
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  });
}
