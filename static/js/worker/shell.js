/**
 * What is seen without a network: it goes away by itself when there is one again.
 */

const again = () => location.reload();

document.querySelector("[data-again]")?.addEventListener("click", (event) => {
  event.preventDefault();
  again();
});
window.addEventListener("online", again);
