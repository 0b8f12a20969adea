// A field that is the sum of others follows them once one of them is filled in; until then it is typed. Without scripts the server adds up.
document.addEventListener("input", event => {
  const into = event.target.dataset.sumInto;
  if (!into) return;
  const parts = [...event.target.form.querySelectorAll("[data-sum-into]")].filter(part => part.dataset.sumInto === into);
  const typed = parts.filter(part => part.value.trim() !== "");
  const numbers = typed.map(part => Number(part.value.trim().replaceAll(",", "")));
  if (numbers.every(Number.isInteger)) event.target.form.elements[into].value = numbers.length > 0 ? numbers.reduce((sum, number) => sum + number, 0) : "";
});
