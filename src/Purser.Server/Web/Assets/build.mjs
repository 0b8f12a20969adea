// Bundles scripts, styles and the icon sprite into content-hashed files with their compressed forms.
// Usage: node build.mjs OUTPUT_FOLDER. The manifest is written last: the build takes it as the sign of success.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const output = resolve(process.argv[2]);
process.chdir(import.meta.dirname);
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

const manifest = { files: await bundle(), icons: [] };
sprite(manifest);
compressAll();
writeFileSync(join(output, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");

async function bundle() {
  const result = await build({
    entryPoints: { app: "scripts/app.js", charts: "scripts/charts.js", styles: "styles/app.css" },
    outdir: output,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
    entryNames: "[name]-[hash]",
    metafile: true,
    logLevel: "warning",
  });
  const names = {};
  for (const [path, detail] of Object.entries(result.metafile.outputs)) {
    if (detail.entryPoint === undefined) continue;
    const logical = detail.entryPoint === "styles/app.css" ? "app.css" : detail.entryPoint.split("/").at(-1);
    names[logical] = path.split("/").at(-1);
  }
  return names;
}

// One file with the icons that pages name, so that an icon costs a reference and the sprite is fetched once.
function sprite(into) {
  into.icons = readFileSync("icons.txt", "utf8").split("\n").map(line => line.trim()).filter(line => line && !line.startsWith("#"));
  const symbols = into.icons.map(name => {
    const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
    const body = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
  });
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  into.files["icons.svg"] = `icons-${hash}.svg`;
  writeFileSync(join(output, into.files["icons.svg"]), text);

  const mark = readFileSync("mark.svg");
  const markHash = createHash("sha256").update(mark).digest("hex").slice(0, 8).toUpperCase();
  into.files["mark.svg"] = `mark-${markHash}.svg`;
  writeFileSync(join(output, into.files["mark.svg"]), mark);
}

function compressAll() {
  for (const name of readdirSync(output)) {
    const content = readFileSync(join(output, name));
    writeFileSync(join(output, name + ".gz"), gzipSync(content, { level: 9 }));
    writeFileSync(join(output, name + ".br"), brotliCompressSync(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }));
  }
}
