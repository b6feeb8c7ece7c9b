/* What Shiny does not do by itself: follow a mark to its event, copy a recipe, tell how many worlds
   there are, and keep the feed at hand. Nothing here asks for anything from the network. */
(function () {
  "use strict";

  function open(key) {
    const found = document.querySelector(`#feed details[data-keys~="${CSS.escape(key)}"]`);
    if (!found) return;
    document.querySelectorAll("#feed details[open]").forEach((other) => { other.open = false; });
    found.closest(".event").classList.remove("minor");
    found.closest(".feed-month").classList.remove("quiet");
    found.open = true;
    found.scrollIntoView({ block: "center", behavior: "auto" });
    found.querySelector("summary").focus();
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-event]");
    if (mark) open(mark.dataset.event);
    const copy = event.target.closest("button[data-copy]");
    if (copy) {
      const text = document.getElementById(copy.dataset.copy).textContent;
      navigator.clipboard.writeText(text).then(
        () => { copy.textContent = "Copied"; },
        () => { copy.textContent = "Select and copy"; }
      );
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "small") {
      document.getElementById("feed").classList.toggle("all", event.target.checked);
    }
  });

  // A narrow screen begins with what there is to see; the settings are one click away.
  $(document).one("shiny:connected", () => {
    const toggle = document.querySelector(".bslib-sidebar-layout > .collapse-toggle");
    if (toggle && window.innerWidth < 1000 && toggle.getAttribute("aria-expanded") === "true") toggle.click();
  });

  Shiny.addCustomMessageHandler("worlds", ({ paired }) => {
    document.body.classList.toggle("paired", paired);
  });
  Shiny.addCustomMessageHandler("playing", ({ on }) => {
    const button = document.getElementById("play");
    button.textContent = on ? "⏸ Pause" : "▶ Play";
  });
})();
