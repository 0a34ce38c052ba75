// The theme fetches the index of the search with every page. It grows with the site,
// and few readers search: it waits until one opens the search.
(() => {
  const { open, send } = XMLHttpRequest.prototype;
  const wanted = new Promise((resolve) => {
    for (const event of ["focusin", "pointerover", "change"])
      addEventListener(event, ({ target }) => {
        if (target.closest?.("[data-md-component=search], #__search, [for=__search]"))
          resolve();
      });
  });
  const index = new WeakSet();
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (/\/search_index\.json$/.test(url)) index.add(this);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (index.delete(this)) wanted.then(() => send.apply(this, body));
    else send.apply(this, body);
  };
})();
