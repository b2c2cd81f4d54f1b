// The cart: what is put in and taken out of it, and the order, by the shop's own API.

const $ = (id) => document.getElementById(id);
const euros = (cents) => `${(cents / 100).toFixed(2)} €`;
const words = (product) => (product[0].toUpperCase() + product.slice(1)).replaceAll("-", " ");
const price = (product) => Number(document.querySelector(`button[value="${CSS.escape(product)}"]`)?.dataset.cents ?? 0);
const SORRY = "Sorry, that did not work. Please try again in a moment.";

function make(name, attributes, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

function say(text, kind = "") {
  $("said").className = kind;
  $("said").textContent = text;
}

// Ask the shop, while `button` says that it is being done; null where it did not work.
async function ask(path, form, button) {
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(path, form ? { method: "POST", body: new URLSearchParams(form) } : {});
    if (answer.ok) return await answer.json();
    say(answer.status === 409 ? "Your cart is empty by now: it is kept for 15 minutes." : SORRY, "failed");
  } catch {
    say(SORRY, "failed");
  } finally {
    button?.removeAttribute("aria-busy");
  }
  return null;
}

const held = (product) => Number($("lines").querySelector(`[data-product="${CSS.escape(product)}"]`)?.dataset.quantity ?? 0);

function show(cart) {
  const products = Object.keys(cart);
  const count = products.reduce((sum, product) => sum + cart[product], 0);
  $("count").textContent = count;
  $("empty").hidden = count > 0;
  $("checkout").hidden = $("total").hidden = count === 0;
  $("total").textContent = `Total: ${euros(products.reduce((sum, product) => sum + cart[product] * price(product), 0))}`;
  const focus = document.activeElement?.dataset?.act ? [document.activeElement.dataset.act, document.activeElement.dataset.product] : null;
  $("lines").replaceChildren(...products.map((product) => line(product, cart[product])));
  if (focus) ($("lines").querySelector(`[data-act="${focus[0]}"][data-product="${CSS.escape(focus[1])}"]`) ?? $("cart")).focus();
}

function line(product, quantity) {
  const button = (act, sign, label) => make("button", { type: "button", "data-act": act, "data-product": product, "data-quantity": quantity, "aria-label": `${label} ${words(product)}` }, sign);
  return make("li", {},
    make("span", { class: "name" }, words(product)),
    make("span", { class: "quantity" }, button("less", "−", "One less:"), make("b", {}, String(quantity)), button("more", "+", "One more:")),
    make("span", { class: "price" }, euros(quantity * price(product))),
    button("remove", "×", "Remove"));
}

// One change after the other: each is made to the cart that the one before left.
let last = Promise.resolve();
function change(act) {
  last = last.then(act);
}

async function put(product, quantity, button, remove = false) {
  const form = { product, quantity: Math.min(100, Math.max(1, quantity)), ...(remove ? { remove: "yes" } : {}) };
  const cart = await ask("cart", form, button);
  if (cart) {
    show(cart);
    say(remove ? `${words(product)} is out of your cart.` : `${words(product)} is in your cart.`);
  }
}

addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button.getAttribute("aria-busy")) return;
  if (button.id !== "checkout") {
    button.setAttribute("aria-busy", "true");
    return change(() => put(button.value, held(button.value) + 1, button));
  }
  await last;
  const order = await ask("checkout", {}, button);
  if (order) {
    show({});
    say(`Thank you! Your order ${order.order} over ${order.value_euros.toFixed(2)} € is on its way.`, "done");
    $("cart").focus();
  }
});

addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-act]");
  if (!button || button.getAttribute("aria-busy")) return;
  const { act, product } = button.dataset;
  change(() => {
    const wanted = held(product) + { more: 1, less: -1, remove: 0 }[act];
    return put(product, wanted, button, act === "remove" || wanted < 1);
  });
});

show({});
ask("cart").then((cart) => cart && show(cart));
