// Runs before the first paint, so that a dark page never flashes white; follows the device when it changes its mind.
(function () {
  const device = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = localStorage.getItem("listmonk.theme") || "auto";
    document.documentElement.dataset.theme = chosen === "dark" || (chosen === "auto" && device.matches) ? "dark" : "light";
  };
  apply();
  device.addEventListener("change", apply);
})();
