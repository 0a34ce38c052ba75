// What the theme's script does when it starts has the browser style and lay out the
// whole page again, which it has just shown. This makes it unnecessary.
((root) => {
  root.className = "js js-focus-visible";
  root.setAttribute("data-js-focus-visible", "");
  // For instant navigation the theme makes addresses absolute, and so loads a style
  // sheet anew. It finds this done, and a sheet unchanged when it compares two pages.
  for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
    const absolute = link.cloneNode();
    absolute.href = link.href;
    link.getAttribute = (name) => absolute.getAttribute(name);
    Object.defineProperty(link, "outerHTML", { get: () => absolute.outerHTML });
  }
})(document.documentElement);
