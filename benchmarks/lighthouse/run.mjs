// Measures addresses with Lighthouse, one after the other.
//
// Reads {chrome, flags, runs, jobs: [{url, form}]} as JSON from standard input; writes
// one line of JSON for each run: {url, form, scores, metrics, transferred}. Scores
// other than performance hardly vary, so only the first run of a job looks at them.
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

let request = "";
for await (const part of process.stdin) request += part;
const { chrome, flags, runs, jobs } = JSON.parse(request);

const METRICS = {
  "first-contentful-paint": "fcp",
  "largest-contentful-paint": "lcp",
  "total-blocking-time": "tbt",
  "cumulative-layout-shift": "cls",
  "speed-index": "si",
};

async function measure({ url, form }, categories) {
  const browser = await launch({ chromePath: chrome, chromeFlags: flags });
  try {
    const options = { port: browser.port, onlyCategories: categories, output: [] };
    const config = form === "desktop" ? desktopConfig : undefined;
    const { lhr } = await lighthouse(url, options, config);
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    const { audits } = lhr;
    const transferred = {};
    for (const { resourceType, transferSize } of audits["network-requests"].details.items)
      transferred[resourceType] = (transferred[resourceType] ?? 0) + transferSize;
    const faults = Object.values(lhr.categories)
      .filter(({ id }) => id !== "performance")
      .flatMap(({ auditRefs }) => auditRefs)
      .filter(({ id, weight }) => weight && audits[id].score !== null && audits[id].score < 1)
      .map(({ id }) => id);
    return {
      url,
      form,
      scores: Object.fromEntries(
        Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]),
      ),
      metrics: Object.fromEntries(
        Object.entries(METRICS).map(([id, name]) => [name, audits[id].numericValue]),
      ),
      transferred,
      faults,
    };
  } finally {
    browser.kill();
  }
}

const ALL = ["performance", "accessibility", "best-practices", "seo"];
for (let run = 0; run < runs; run++)
  for (const job of jobs) {
    const result = await measure(job, run ? ["performance"] : ALL);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
