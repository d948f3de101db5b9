import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Packages of many files that most starts load. A translation holds what it needs of them; others stay where they are. */
const includedPackages = ['@hono/node-server', 'grammy', 'hono', 'prom-client', 'socks', 'string-width', 'zod']

const options = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  sourcesContent: false,
  minifyWhitespace: true,
  outbase: project,
  outExtension: { '.js': '.mjs' },
  // Packages in CommonJS, too, find Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  define: { 'import.meta.url': 'moduleUrl', 'import.meta.filename': 'moduleFilename' },
  tsconfigRaw: '{}',
  logLevel: 'silent',
}

/** The options by which programs are translated, as text: translations by other options are others. */
export const optionsKey = JSON.stringify([options, includedPackages])

/** The SHA-256 of a file's content, in hexadecimal digits. */
export function hashOf(content) {
  return createHash('sha256').update(content).digest('hex')
}

/**
 * Translates TypeScript programs, with the modules of ours that they import, to JavaScript that Node loads without hooks.
 * A program and its modules become few files, as each one that is loaded takes time.
 *
 * @param programs the paths of their files
 * @param folder the path that the translations are for; `writeBundle` writes them
 * @throws an error of esbuild where a source is at fault
 */
export async function bundle(programs, folder) {
  const sources = []
  // The library takes a while to load, and is needed once after each change of the program.
  const { build, stop } = await import('esbuild')
  try {
    const { outputFiles, metafile } = await build({
      ...options,
      absWorkingDir: project,
      entryPoints: [...programs],
      outdir: folder,
      plugins: [resolving, reading(sources)],
      metafile: true,
      write: false,
    })
    const entries = new Map()
    for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
      if (entryPoint !== undefined) entries.set(resolve(project, entryPoint), resolve(project, path))
    return {
      sources,
      files: outputFiles,
      entries: programs.map((program) => entries.get(program)),
    }
  } finally {
    // The library's own process would stay as long as this one.
    await stop()
  }
}

/** Writes the files of a bundle. */
export function writeBundle({ files }) {
  for (const { path, contents } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
}

const isInPackage = (path) => /[\\/]node_modules[\\/]/u.test(path)

/** The plugin of esbuild that tells which packages a translation holds, with those that they need. */
const resolving = {
  name: 'resolving',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, path, importer }) => {
      const isIncluded = includedPackages.some((name) => path === name || path.startsWith(`${name}/`))
      return kind === 'entry-point' || isIncluded || isInPackage(importer) ? undefined : { path, external: true }
    })
  },
}

const loaders = { '.ts': 'ts', '.js': 'js', '.json': 'json' }

/**
 * The plugin of esbuild that reads files, takes down the state of ours, and lets modules know the places of their sources.
 * A package changes only with an installation.
 */
function reading(sources) {
  return {
    name: 'reading',
    setup({ onLoad }) {
      onLoad({ filter: /./, namespace: 'file' }, async ({ path }) => {
        const { ctimeMs } = await stat(path)
        const source = await readFile(path, 'utf8')
        if (!isInPackage(path)) sources.push({ path, ctimeMs, hash: hashOf(source) })
        const loader = loaders[extname(path)] ?? 'js'
        if (loader === 'json') return { contents: source, loader }
        const [url, filename] = [pathToFileURL(path).href, path].map((place) => JSON.stringify(place))
        // The names stand in the first line, so that lines keep their numbers.
        return { contents: `const moduleUrl = ${url}, moduleFilename = ${filename};${source}`, loader }
      })
    },
  }
}
