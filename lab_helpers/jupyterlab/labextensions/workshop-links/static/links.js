// Links to services of the lab, such as http://127.0.0.1:9090/targets, for a browser that is not on their machine: they
// lead through jupyter-server-proxy, whoever wrote them (a table, a message, a printed line), and open in a tab beside
// the notebook; with Ctrl, Cmd or the middle button in one of the browser's. What a kernel calls is left alone.
// Written by hand in the form that JupyterLab loads, as there is nothing in it to build.

var _JUPYTERLAB = window._JUPYTERLAB ?? {};

_JUPYTERLAB["workshop-links"] = (() => {
  const HERE = ["127.0.0.1", "localhost"];
  let shared;

  // The address through the proxy; null for one that is no service's of the lab.
  function through(address, base) {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url?.protocol !== "http:" || !HERE.includes(url.hostname) || !url.port || url.host === location.host) return null;
    return `${base}proxy/${url.port}${url.pathname}${url.search}${url.hash}`;
  }

  async function activate(app) {
    const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    if (HERE.includes(location.hostname) && !config.hubPrefix) return;
    const newest = Object.values(shared["@lumino/widgets"]).at(-1);
    const { Widget } = (await newest.get())();
    const lead = (event) => {
      const link = event.target.closest?.("a[href]"), address = link && through(link.href, config.baseUrl);
      if (address) {
        link.dataset.service = link.textContent;
        link.href = address;
      }
    };
    for (const event of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(event, lead, true);
    document.addEventListener("click", (event) => {
      lead(event);
      const link = event.target.closest?.("a[data-service]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      const tab = new Widget({ node: document.createElement("iframe") });
      tab.id = `workshop-service-${Date.now()}`;
      tab.title.label = link.dataset.service.replace(/^https?:\/\//, "");
      tab.title.closable = true;
      tab.node.title = tab.title.label;
      tab.node.style.border = "0";
      tab.node.src = link.href;
      app.shell.add(tab, "main", { mode: "split-right" });
    }, true);
  }

  const plugin = { id: "workshop-links:plugin", autoStart: true, activate };
  return {
    init: (scope) => { shared = scope; },
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
