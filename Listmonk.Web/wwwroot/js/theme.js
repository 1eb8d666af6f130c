// Runs before the first paint, so that a dark page never flashes white.
(function () {
  const chosen = localStorage.getItem("listmonk.theme") || "auto";
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
