/* Names and stops that the theme leaves out. */
"use strict";
(() => {
  function name(selector, text) {
    for (const element of document.querySelectorAll(selector))
      if (!element.hasAttribute("aria-label"))
        element.setAttribute("aria-label", text(element));
  }

  // The theme gives a listing its button when it comes into view.
  const nameTools = new MutationObserver(() => {
    const listings = [...document.querySelectorAll("article pre")];
    name(
      "nav.md-code__nav",
      (tools) => `Tools of listing ${listings.indexOf(tools.parentElement) + 1}`,
    );
  });

  function mend() {
    // A heading and a part of the site may have the same name.
    for (const parts of document.querySelectorAll(".md-nav--secondary nav[aria-label]"))
      if (!parts.ariaLabel.startsWith("Parts of "))
        parts.ariaLabel = `Parts of ${parts.ariaLabel}`;
    // A section whose label is a link leaves its list of pages without a name.
    for (const nav of document.querySelectorAll("nav.md-nav[aria-labelledby]"))
      if (!document.getElementById(nav.getAttribute("aria-labelledby"))?.textContent.trim()) {
        const section = nav.parentElement.querySelector("a")?.textContent.trim();
        nav.removeAttribute("aria-labelledby");
        nav.setAttribute("aria-label", `Pages of ${section}`);
      }
  }

  // What scrolls sideways can be reached by the keyboard, and only then.
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth + 1;
      if (scrolls) target.tabIndex = 0;
      else if (target !== document.activeElement) target.removeAttribute("tabindex");
    }
  });

  function start() {
    mend();
    setTimeout(mend, 400); // the theme adds its buttons a little later
    nameTools.disconnect();
    for (const article of document.querySelectorAll("article"))
      nameTools.observe(article, { childList: true, subtree: true });
    reach.disconnect();
    for (const box of document.querySelectorAll(
      "figure.diagram, .md-typeset pre > code, .md-typeset__scrollwrap",
    )) {
      box.tabIndex = 0; // until it is measured, which may be when it comes into view
      reach.observe(box);
    }
  }

  if (window.document$) document$.subscribe(start);
  else document.addEventListener("DOMContentLoaded", start);
})();
