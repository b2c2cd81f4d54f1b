// The switch between dark and light: any <button class="switch" hidden>. What was chosen is kept for the next page.
(() => {
  const choices = ["", "dark", "light"];
  const names = { "": "as the system", dark: "dark", light: "light" };
  const root = document.documentElement;
  const kept = () => { try { return localStorage.getItem("look") || ""; } catch { return ""; } };
  const show = (choice) => {
    if (choice) root.dataset.theme = choice; else delete root.dataset.theme;
    for (const button of document.querySelectorAll("button.switch")) {
      button.hidden = false;
      button.textContent = `Colours: ${names[choice]}`;
    }
  };
  show(kept());   // before anything is drawn
  addEventListener("DOMContentLoaded", () => show(root.dataset.theme || ""));
  addEventListener("click", (event) => {
    if (!event.target.closest?.("button.switch")) return;
    const next = choices[(choices.indexOf(root.dataset.theme || "") + 1) % choices.length];
    try { localStorage.setItem("look", next); } catch { /* it holds for this page then */ }
    show(next);
  });
})();
