import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

const options = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  sourcemap: 'linked',
  sourcesContent: false,
  outbase: project,
  outExtension: { '.js': '.mjs' },
  define: { 'import.meta.url': 'moduleUrl', 'import.meta.filename': 'moduleFilename' },
  tsconfigRaw: '{}',
  logLevel: 'silent',
}

/** The options by which programs are translated, as text: translations by other options are others. */
export const optionsKey = JSON.stringify(options)

/** The SHA-256 of a file's content, in hexadecimal digits. */
export function hashOf(content) {
  return createHash('sha256').update(content).digest('hex')
}

/**
 * Translates TypeScript programs, with the modules of ours that they import, to JavaScript that Node loads without hooks.
 * Packages stay where they are. A program and its modules become few files, as each one that is loaded takes time.
 *
 * @param programs the paths of their files
 * @param folder the path that the translations are for; `writeBundle` writes them
 * @throws an error of esbuild where a source is at fault
 */
export async function bundle(programs, folder) {
  const sources = new Map()
  // The library takes a while to load, and is needed once after each change of the program.
  const { build, stop } = await import('esbuild')
  try {
    const { outputFiles, metafile } = await build({
      ...options,
      absWorkingDir: project,
      entryPoints: [...programs],
      outdir: folder,
      plugins: [reading(sources)],
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

const loaders = { '.ts': 'ts', '.js': 'js', '.json': 'json' }

/** The plugin of esbuild that reads our files, takes down their hashes, and lets modules know the places of their sources. */
function reading(sources) {
  return {
    name: 'reading',
    setup({ onLoad }) {
      onLoad({ filter: /./, namespace: 'file' }, async ({ path }) => {
        const source = await readFile(path, 'utf8')
        sources.set(path, hashOf(source))
        const loader = loaders[extname(path)]
        if (loader === 'json') return { contents: source, loader }
        const [url, filename] = [pathToFileURL(path).href, path].map((place) => JSON.stringify(place))
        // The names stand in the first line, so that lines keep their numbers.
        return { contents: `const moduleUrl = ${url}, moduleFilename = ${filename};${source}`, loader }
      })
    },
  }
}
