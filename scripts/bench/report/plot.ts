/** A line chart with two logarithmic axes as SVG text: readable on a light and on a dark page. Pure. */

export interface Line {
  label: string;
  color: string;
  /** Ascending in x; both above zero. */
  points: { x: number; y: number }[];
}

export interface Chart {
  title: string;
  xLabel: string;
  yLabel: string;
  lines: Line[];
}

const width = 760;
const height = 380;
const margin = { left: 76, right: 190, top: 44, bottom: 52 };
/** Between two labels at the ends of lines, so that they do not cover each other. */
const labelGap = 16;

export function plot({ title, xLabel, yLabel, lines }: Chart): string {
  const all = lines.flatMap(({ points }) => points);
  const x = scale(
    all.map((point) => point.x),
    margin.left,
    width - margin.right,
  );
  const y = scale(
    all.map((point) => point.y),
    height - margin.bottom,
    margin.top,
  );
  const ends = endLabels(lines, y.at);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<style>text{fill:#24292f}.grid{stroke:#8884;stroke-width:1}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>`,
    `<text x="${margin.left}" y="22" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...x.ticks.map(
      (tick) =>
        `<line class="grid" x1="${x.at(tick)}" x2="${x.at(tick)}" y1="${margin.top}" y2="${height - margin.bottom}"/>` +
        `<text x="${x.at(tick)}" y="${height - margin.bottom + 18}" text-anchor="middle">${short(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y.at(tick)}" y2="${y.at(tick)}"/>` +
        `<text x="${margin.left - 8}" y="${y.at(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
    ),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 12}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text transform="translate(18 ${(margin.top + height - margin.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    ...lines.map(({ label, color, points }, index) =>
      [
        `<polyline fill="none" stroke="${color}" stroke-width="2.5" points="${points.map((point) => `${x.at(point.x)},${y.at(point.y)}`).join(" ")}"/>`,
        ...points.map(
          (point) => `<circle cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="3.5" fill="${color}"/>`,
        ),
        `<text x="${x.at(points.at(-1)!.x) + 10}" y="${ends[index]}" font-weight="600" style="fill:${color}">${escaped(label)}</text>`,
      ].join(""),
    ),
    "</svg>",
    "",
  ].join("\n");
}

function scale(values: number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const at = (value: number) =>
    Math.round((from + ((Math.log10(value) - low) / (high - low || 1)) * (to - from)) * 10) / 10;
  return { at, ticks: Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step)) };
}

/** Heights of the labels, from the top down, pushed apart where lines end close together. */
function endLabels(lines: Line[], at: (value: number) => number): number[] {
  const wanted = lines.map(({ points }, index) => ({ index, top: at(points.at(-1)!.y) + 4 }));
  const placed: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { index, top } of wanted.toSorted((a, b) => a.top - b.top)) {
    last = Math.max(top, last + labelGap);
    placed[index] = last;
  }
  return placed;
}

function short(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  return value >= 1_000 ? `${value / 1_000}k` : String(value);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
