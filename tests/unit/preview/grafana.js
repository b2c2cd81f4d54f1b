// Answers what Grafana's own packages say: a line of JSON, [what, cases], gives a line of answers.
const path = require("path"), Module = require("module"), readline = require("readline");
Object.defineProperty(globalThis, "navigator", {
  value: { language: "en-US", languages: ["en-US"] }, configurable: true,
});
process.env.TZ = "UTC";
const folder = process.argv[2];
const at = (name) => path.join(folder, "node_modules", name);
// escaping.cjs of @grafana/prometheus reads one flag of Grafana's settings, which is off by default.
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "@grafana/runtime" ? { config: { featureToggles: {} } } : load(name, ...rest);
const data = require(at("@grafana/data"));
const { of } = require(at("rxjs"));
const escaping = require(path.join(folder, "prometheus/dist/cjs/escaping.cjs"));
const theme = data.createTheme({ colors: { mode: "light" } });

const special = { NaN: NaN, Inf: Infinity, "-Inf": -Infinity };
const number = (v) => (typeof v === "string" && v in special ? special[v] : v);
const plain = (v) => {
  if (typeof v === "number" && !Number.isFinite(v)) return String(v).replace("Infinity", "Inf");
  if (Array.isArray(v)) return v.map(plain);
  return v === undefined ? null : v;
};
const field = (f) => ({ config: {}, ...f, values: f.values.map(number) });
const frame = (f) => ({ ...f, fields: f.fields.map(field), length: f.fields[0].values.length });
const names = (frames) =>
  frames.map((f) => f.fields.map((one) => data.getFieldDisplayName(one, f, frames)));
const steps = (config) => {
  for (const step of config.thresholds?.steps ?? []) step.value ??= -Infinity;
  return config;
};
const transformers = new Map();
for (const one of Object.values(data.standardTransformers)) {
  for (const id of [one.id, ...(one.aliasIds ?? [])]) transformers.set(id, one);
}
const mappings = require(path.join(at("@grafana/data"), "dist/cjs/utils/valueMappings.cjs"));

const answer = {
  units: (_) => data.getValueFormats().flatMap((c) => c.submenu.map((one) => one.value)),
  written: ([unit, value, decimals]) => data.formattedValueToString(
    data.getValueFormat(unit)(number(value), decimals ?? undefined, null, "utc")),
  rounded: (ms) => data.rangeUtil.roundInterval(ms),
  interval: ([span, points, least]) => data.rangeUtil.calculateInterval(
    { from: data.dateTime(0), to: data.dateTime(span) }, points, least).intervalMs,
  colour: (name) => theme.visualization.getColorByName(name),
  palette: (_) => theme.visualization.palette,
  named: (name) => data.getColorByStringHash(theme.visualization.palette, name),
  blended: ([mode, share]) => {
    const scheme = data.fieldColorModeRegistry.get(mode);
    return scheme.getCalculator({ config: {} }, theme)(0, share, undefined);
  },
  reduced: ([values, calc]) => plain(data.reduceField({
    field: field({ name: "v", type: "number", values }), reducers: [calc] })[calc]),
  calculations: (_) => data.fieldReducers.list().map((one) => [one.id, one.name]),
  mapped: ([listed, value]) => mappings.getValueMappingResult(listed, number(value)),
  old_mappings: ([panel, thresholds]) => data.convertOldAngularValueMappings(
    panel, thresholds && steps({ thresholds }).thresholds),
  shown: ([values, config, value]) => {
    const one = field({ name: "v", type: "number", values, config: steps(config) });
    const found = data.getDisplayProcessor({ field: one, theme, timeZone: "utc" })(number(value));
    return [data.formattedValueToString(found), found.color];
  },
  names: (frames) => names(frames.map(frame)),
  escaped: ([value, many]) => escaping.interpolateQueryExpr(value, { multi: many }),
  transformed: ([frames, changes]) => {
    let found = frames.map(frame);
    for (const { id, options } of changes) {
      const one = transformers.get(id);
      one.operator({ ...one.defaultOptions, ...options }, { interpolate: (text) => text })(of(found))
        .subscribe((out) => (found = out));
    }
    return found.map((f) => f.fields.map((one) => [
      data.getFieldDisplayName(one, f, found), plain([...one.values])]));
  },
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const [what, cases] = JSON.parse(line);
  try {
    console.log(JSON.stringify({ found: cases.map((one) => answer[what](one)) }));
  } catch (problem) {
    console.log(JSON.stringify({ problem: String(problem.stack ?? problem) }));
  }
});
