import { BarChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

// The library knows plain colours only; the theme's are computed ones, so one pixel is painted and read.
const pixel = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
const probe = document.createElement("span");

function colour(name) {
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgba(${red},${green},${blue},${alpha / 255})`;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");
const number = new Intl.NumberFormat("en-US");
const drawn = new Map();

export function draw(elements) {
  for (const element of elements) {
    const chart = init(element, null, { renderer: "canvas" });
    drawn.set(element, chart);
    new ResizeObserver(() => element.isConnected ? chart.resize() : forget(element)).observe(element);
    chart.setOption(options(JSON.parse(element.dataset.chart)));
  }
}

function forget(element) {
  drawn.get(element)?.dispose();
  drawn.delete(element);
}

document.addEventListener("purser:theme", () => {
  for (const [element, chart] of drawn) element.isConnected ? chart.setOption(options(JSON.parse(element.dataset.chart)), true) : forget(element);
});

function options(data) {
  const text = colour("--tblr-secondary-color"), line = colour("--tblr-border-color");
  const common = {
    animation: !still.matches,
    animationDuration: 250,
    color: [1, 2, 3, 4, 5, 6].map(index => colour(`--chart-${index}`)),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    tooltip: {
      // The HTML tooltip would need inline styles, which the content policy forbids.
      renderMode: "richText", confine: true, trigger: data.kind === "pie" ? "item" : "axis",
      backgroundColor: colour("--tblr-bg-surface"), borderColor: line, textStyle: { color: colour("--tblr-body-color"), fontSize: 12 },
      valueFormatter: value => value == null ? "–" : number.format(value),
    },
    legend: { bottom: 0, textStyle: { color: text }, icon: "roundRect", itemWidth: 12, itemHeight: 8, inactiveColor: line },
  };
  return { ...common, ...(data.kind === "pie" ? pie(data, text) : axes(data, text, line)) };
}

function pie(data, text) {
  return {
    series: [{
      type: "pie", radius: ["45%", "70%"], center: ["50%", "45%"], label: { color: text },
      itemStyle: { borderColor: colour("--tblr-bg-surface"), borderWidth: 2 },
      data: data.categories.map((name, index) => ({ name, value: data.series[0].values[index], itemStyle: data.tones ? { color: colour(`--chart-${data.tones[index]}`) } : undefined })),
    }],
  };
}

function axes(data, text, line) {
  const label = { color: text, fontSize: 11 };
  const time = data.kind === "steps";
  return {
    grid: { left: 8, right: 28, top: 16, bottom: 32, containLabel: true },
    xAxis: { type: time ? "time" : "category", data: time ? undefined : data.categories, axisLabel: { ...label, hideOverlap: true, ...(time && { formatter: { year: "{yyyy}", month: "{MMM} {yyyy}", day: "{d} {MMM}", hour: "{HH}:{mm}", minute: "{HH}:{mm}" } }) }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { ...label, formatter: value => number.format(value) }, splitLine: { lineStyle: { color: line } } },
    series: data.series.map(series => ({
      name: series.name,
      type: time ? "line" : "bar",
      step: time ? "end" : undefined,
      stack: series.stack ?? undefined,
      symbol: "none",
      barMaxWidth: 36,
      lineStyle: { width: 2, type: series.dashed ? "dashed" : "solid" },
      areaStyle: series.filled ? { opacity: 0.12 } : undefined,
      itemStyle: series.tone ? { color: colour(`--chart-${series.tone}`) } : undefined,
      data: time ? data.times.map((at, index) => [at * 1000, series.values[index]]) : series.values,
      markArea: series.shade?.length ? {
        silent: true, itemStyle: { color: colour("--chart-shortage"), opacity: 0.12 },
        data: series.shade.map(([from, to]) => [{ xAxis: from * 1000 }, { xAxis: to * 1000 }]),
      } : undefined,
    })),
  };
}
