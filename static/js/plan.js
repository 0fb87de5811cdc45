// The floor plan, drawn: a finger, a mouse or the arrows write into the form's numbers, and the drawing follows the numbers.
(() => {
  "use strict";
  const form = document.querySelector("form[data-plan]");
  const canvas = form?.querySelector("[data-canvas]");
  if (!canvas) return;
  const step = Number(form.dataset.plan);
  const field = (id) => document.getElementById(id);
  const number = (id) => Number.parseInt(field(id).value, 10);
  const marks = [...canvas.querySelectorAll("[data-x]")];

  function redraw() {
    for (const mark of marks) {
      const x = number(mark.dataset.x), y = number(mark.dataset.y);
      mark.classList.toggle("is-away", Number.isNaN(x) || Number.isNaN(y));
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      if (mark.matches("circle")) { mark.setAttribute("cx", x); mark.setAttribute("cy", y); }
      else mark.setAttribute("transform", `translate(${x} ${y})`);
      if (mark.dataset.text) mark.textContent = field(mark.dataset.text).value;
      if (mark.dataset.table) shape(mark);
    }
    for (const wall of canvas.querySelectorAll("[data-wall]")) {
      const [from, to] = wall.querySelectorAll("circle");
      const line = wall.querySelector("line");
      for (const [name, value] of [["x1", number(from.dataset.x)], ["y1", number(from.dataset.y)], ["x2", number(to.dataset.x)], ["y2", number(to.dataset.y)]]) {
        if (Number.isNaN(value)) line.removeAttribute(name); else line.setAttribute(name, value);
      }
    }
  }

  function shape(mark) {
    const of = (name) => number(`${mark.dataset.table}-${name}`) || 0;
    const top = mark.querySelector(".table-top"), width = of("width"), height = of("height");
    const round = field(`${mark.dataset.table}-shape`).value === "round";
    const sides = { x: -width / 2, y: -height / 2, width, height, rx: round ? width / 2 : 10, ry: round ? height / 2 : 10 };
    for (const [name, value] of Object.entries(sides)) top.setAttribute(name, value);
    mark.querySelector("[data-turned]").setAttribute("transform", `rotate(${of("rotation")})`);
  }

  function move(mark, x, y) {
    const box = canvas.viewBox.baseVal;
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most) / step) * step;
    field(mark.dataset.x).value = within(x, box.x + box.width);
    field(mark.dataset.y).value = within(y, box.y + box.height);
    redraw();
  }

  function point(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
  }

  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest("[data-x]");
    if (!mark) return;
    const at = point(event);
    held = { mark, dx: number(mark.dataset.x) - at.x, dy: number(mark.dataset.y) - at.y };
    mark.setPointerCapture(event.pointerId);
    mark.classList.add("is-held");
    mark.focus();
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    const at = point(event);
    move(held.mark, at.x + held.dx, at.y + held.dy);
  });
  const drop = () => { held?.mark.classList.remove("is-held"); held = null; };
  canvas.addEventListener("pointerup", drop);
  canvas.addEventListener("pointercancel", drop);

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const mark = event.target.closest("[data-x]");
    if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in arrows) {
      const far = event.shiftKey ? 10 * step : step;
      move(mark, number(mark.dataset.x) + arrows[event.key][0] * far, number(mark.dataset.y) + arrows[event.key][1] * far);
    } else if (event.key.toLowerCase() === "r" && mark.dataset.table) {
      const turned = field(`${mark.dataset.table}-rotation`);
      turned.value = ((number(turned.id) || 0) + 15) % 360;
      redraw();
    } else return;
    event.preventDefault();
  });

  form.querySelector("[data-new-wall]").addEventListener("click", () => {
    const free = [...canvas.querySelectorAll("[data-wall]")].find((wall) => wall.querySelector(".is-away"));
    if (!free) { form.querySelector("[data-numbers]").open = true; return; }
    const [from, to] = free.querySelectorAll("circle");
    move(from, 100, 40);
    move(to, 500, 40);
    to.focus();
  });

  for (const mark of marks) { mark.tabIndex = 0; mark.setAttribute("role", "button"); mark.setAttribute("aria-describedby", "plan-hint"); }
  form.addEventListener("input", redraw);
  redraw();
})();
