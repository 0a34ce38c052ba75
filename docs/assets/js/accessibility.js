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

  // On a narrow page the list of pages is a drawer, which the theme opens by pointer.
  function openByKeys() {
    const button = document.querySelector(".md-header__button[for='__drawer']");
    const drawer = document.getElementById("__drawer");
    const pages = document.querySelector(".md-sidebar--primary");
    if (!button || !drawer || !pages) return;
    const enter = (place) =>
      [...place.querySelectorAll("a, label[tabindex]")]
        .find((stop) => stop.checkVisibility({ visibilityProperty: true }))
        ?.focus();
    const isPress = ({ key }) => key === "Enter" || key === " ";
    // The arrows that lead to the list before, and the list of a page's headings.
    for (const label of pages.querySelectorAll(
      ".md-nav__title[for^='__nav'], label[for='__toc']",
    ))
      label.tabIndex = 0;
    button.tabIndex = 0;
    button.role = "button";
    button.ariaLabel = "Pages";
    drawer.onchange = () => (button.ariaExpanded = `${drawer.checked}`);
    drawer.onchange();
    button.onkeydown = (event) => {
      if (!isPress(event)) return;
      event.preventDefault();
      event.stopPropagation(); // the theme would press it, too
      drawer.click();
      if (drawer.checked) enter(pages);
    };
    pages.onkeydown = (event) => {
      if (!drawer.checked) return;
      const list = event.target.control;
      if (event.key === "Escape") {
        drawer.click();
        button.focus();
      } else if (list && isPress(event)) {
        event.preventDefault();
        event.stopPropagation();
        list.click();
        enter(list.checked ? list.parentElement.querySelector("nav") : list.parentElement);
      }
    };
  }

  // Where the Tab key leads out of the drawer, it would hide what has the focus.
  document.addEventListener("focusin", ({ target }) => {
    const drawer = document.getElementById("__drawer");
    const inside = ".md-sidebar--primary, .md-header__button[for='__drawer']";
    if (drawer?.checked && !target.closest(inside)) drawer.click();
  });

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
    openByKeys();
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
