/** Copies a text, or the promise of one. */
export async function copy(what) {
  const text = Promise.resolve(what);
  if (window.ClipboardItem) {
    // Safari lets a page copy what comes later only in this form.
    const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } else await navigator.clipboard.writeText(await text);
  await text;
}
