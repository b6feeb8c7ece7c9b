/* Draws the equations and the diagrams of a page, with what lies beside this file. */
(function () {
  "use strict";
  const here = new URL(".", document.currentScript.src);

  function load(name) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(name, here).href;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function equations() {
    const found = document.querySelectorAll(".equation");
    if (!found.length) return;
    await load("katex/katex.min.js");
    found.forEach((place) => {
      katex.render(place.textContent, place, { displayMode: true, throwOnError: false });
    });
  }

  async function diagrams() {
    const found = document.querySelectorAll(".diagram");
    if (!found.length) return;
    await load("mermaid/mermaid.min.js");
    const dark = document.body.dataset.mdColorScheme === "slate";
    mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "neutral", securityLevel: "strict" });
    await mermaid.run({ nodes: found });
  }

  document.addEventListener("DOMContentLoaded", () => { equations(); diagrams(); });
})();
