// A table that is drawn again at each refresh. Every row asks to be told of the window's size, and nobody takes it back.

const table = document.getElementById('orders');

function drawRow(order) {
  const row = document.createElement('tr');
  for (const text of [`order ${order}`, `${order % 97} pieces`]) {
    const cell = document.createElement('td');
    cell.textContent = text;
    row.append(cell);
  }
  window.addEventListener('resize', () => {
    row.classList.toggle('narrow', window.innerWidth < 600);
  });
  return row;
}

function iterate(refresh) {
  const rows = Array.from({ length: 4 }, (_, i) => drawRow(refresh * 4 + i));
  table.replaceChildren(...rows);
}
