// The theme lets the keyboard reach a box that scrolls, but looks at sizes only when a page is loaded or the window
// changes. What is folded at that time has no size, so the theme is asked to look again when something unfolds.
const lookAgain = () => setTimeout(() => window.dispatchEvent(new Event("resize")));
document.addEventListener("toggle", lookAgain, true);
document.addEventListener("click", (event) => {
  if (event.target.closest(".dropdown > .admonition-title")) lookAgain();
});
