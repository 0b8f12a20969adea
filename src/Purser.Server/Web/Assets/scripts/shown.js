import htmx from "htmx.org";

// Calls back with the elements that match, now and whenever a partial update brings new ones.
export function whenShown(selector, act) {
  htmx.onLoad(root => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    if (found.length > 0) act(found);
  });
}
