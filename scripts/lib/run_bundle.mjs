// Bundles what a page loads when a reader first asks to run: fewer files, each named by
// its content.
//
//   node scripts/lib/run_bundle.mjs FOLDER
//
// Takes live.mjs, python.mjs and worker.mjs in FOLDER and what they import, puts the
// bundles there, and prints a JSON object: which file each of the three became.
import { basename } from "node:path";
import { build } from "esbuild";

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node scripts/lib/run_bundle.mjs FOLDER");
  process.exit(2);
}
const { metafile } = await build({
  entryPoints: ["live.mjs", "python.mjs"].map((name) => `${folder}/${name}`),
  outdir: folder,
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  entryNames: "[name].[hash]",
  chunkNames: "part.[hash]",
  outExtension: { ".js": ".mjs" },
  legalComments: "none",
  logLevel: "error",
  metafile: true,
});
const became = Object.entries(metafile.outputs)
  .filter(([, { entryPoint }]) => entryPoint)
  .map(([output, { entryPoint }]) => [basename(entryPoint), basename(output)]);
console.log(JSON.stringify(Object.fromEntries(became)));
