// Asks once a second how far everybody is.
const show = (id, text) => { document.getElementById(id).textContent = text; };

const size = (bytes) => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);

const wait = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`);

const trouble = (text) => {
  const line = document.getElementById("trouble");
  if (line.textContent !== text) line.textContent = text;
  line.hidden = !text;
};

const bars = (each) => {
  const list = document.getElementById("each");
  while (list.children.length > each.length) list.lastChild.remove();
  while (list.children.length < each.length) {
    list.append(document.createElement("li"));
    list.lastChild.append(document.createElement("span"));
  }
  each.forEach((part, at) => {
    list.children[at].className = part === 1 ? "whole" : "";
    list.children[at].firstChild.style.width = `${part * 100}%`;
  });
};

const ask = async () => {
  try {
    const state = await (await fetch("state")).json();
    show("asked", state.asked);
    show("done", state.done);
    show("left", size(state.left));
    show("rate", `${(state.rate / 1e6).toFixed(1)} MB/s`);
    show("wait", state.left && state.rate ? wait(state.left / state.rate) : "");
    bars(state.each);
    trouble(state.trouble || "");
  } catch {
    trouble("The server does not answer: is it still running?");
  }
  setTimeout(ask, 1000);
};
ask();
