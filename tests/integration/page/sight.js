"use strict";

// What a test sees of a page. The file is put into it by the browser, past the page's own policy.

/** Waits until every chart is drawn and nothing else is about to be. */
function settled() {
  return new Promise((done) => {
    const look = () => {
      if (document.querySelector("[data-chart]:not([data-drawn])") === null) {
        requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
      } else {
        setTimeout(look, 10);
      }
    };
    look();
  });
}

/** The charts that have no shape in them, or figures that are none. */
function undrawn() {
  const isShape = (shape) => {
    const box = shape.getBBox();
    return box.width > 0 && box.height > 0;
  };
  const isDrawn = (picture) =>
    picture !== null &&
    [...picture.querySelectorAll("rect, circle, text, path")].some(isShape) &&
    !/NaN|undefined|Infinity/.test(picture.outerHTML);
  const charts = [...document.querySelectorAll("[data-chart]")];
  const faulty = charts.filter((chart) => !isDrawn(chart.querySelector(".plot > svg[role=img][aria-label]")));
  return faulty.map((chart) => chart.dataset.chart);
}

/** What stands out to the right, outside of boxes that scroll. */
function tooWide() {
  const inView = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.closest(".scroll");
    return box === null || box === element;
  });
  const wide = inView.filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 0.5;
  });
  const page = document.documentElement.scrollWidth;
  const names = wide.map(
    (element) => `${element.tagName} ${element.getAttribute("class")} ${element.textContent.slice(0, 40)}`,
  );
  return page > innerWidth ? [...names, `the page: ${page}`] : names;
}

/** The red, green and blue of a colour from 0 to 1, and how opaque it is. */
function channels(color) {
  const numbers = color.match(/-?[0-9.]+(e-?[0-9]+)?/g)?.map(Number) ?? [0, 0, 0, 0];
  const most = color.startsWith("color(") ? 1 : 255;
  return [...numbers.slice(0, 3).map((channel) => channel / most), numbers[3] ?? 1];
}

function luminance(color) {
  const linear = (channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = channels(color).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The colour that lies behind a text. */
function behind(element) {
  if (element.closest(".heat") !== null) {
    return getComputedStyle(element.parentNode.querySelector("rect")).fill;
  }
  for (let at = element; at !== null; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (channels(color)[3] === 1) {
      return color;
    }
  }
  return "rgb(255, 255, 255)";
}

/** Texts that have less contrast to what lies behind them than WCAG 2.2 asks for at level AA. */
function illegible() {
  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
  const shown = [...document.querySelectorAll("body *:not(script, title)")].filter((element) =>
    element.checkVisibility(),
  );
  return shown.filter(hasText).flatMap((element) => {
    const style = getComputedStyle(element);
    const [ink, ground] = [element instanceof SVGElement ? style.fill : style.color, behind(element)];
    const [dark, light] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
    const contrast = (light + 0.05) / (dark + 0.05);
    const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    return contrast < least ? [`${contrast.toFixed(2)}: ${element.textContent.slice(0, 30)}, ${ink} on ${ground}`] : [];
  });
}
