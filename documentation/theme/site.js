// What the theme leaves out for people who use a keyboard or a screen reader.
window.addEventListener("load", () => {
  document.querySelector("[data-md-component=search]").setAttribute("aria-label", "Search");
  // What may be wider than the page is moved by keys.
  const wide = { ".md-typeset__scrollwrap": "Table", ".md-typeset pre > code": "Code" };
  for (const [selector, label] of Object.entries(wide)) {
    for (const element of document.querySelectorAll(selector)) {
      element.tabIndex = 0;
      element.setAttribute("role", "group");
      element.setAttribute("aria-label", label);
    }
  }
  // A button to copy is no place of its own.
  for (const element of document.querySelectorAll(".md-code__nav")) {
    element.setAttribute("role", "none");
  }
});
