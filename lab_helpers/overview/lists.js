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

// Have the children of `list` be `items`, in this order; `build` makes what is new or has changed.
function follow(list, items, key, build) {
  const there = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item)), looks = JSON.stringify(item);
    let child = there.get(name);
    there.delete(name);
    if (!child || child.dataset.looks !== looks) {
      const fresh = build(item);
      fresh.dataset.key = name;
      fresh.dataset.looks = looks;
      if (child) {
        if (child === place) place = fresh;
        child.replaceWith(fresh);
      }
      child = fresh;
    }
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
  for (const gone of there.values()) gone.remove();
}
