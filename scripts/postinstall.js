import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Runs after `npm ci` and `npm install`. ONNX Runtime's package brings its libraries for every system and processor; those
// that the Node at hand cannot load, 240 of 290 MB, are removed. Where there is none that it can load, all are left.
const libraries = fileURLToPath(new URL('../node_modules/onnxruntime-node/bin', import.meta.url))
for (const api of foldersIn(libraries)) {
  const systems = join(libraries, api)
  if (!foldersIn(join(systems, process.platform)).includes(process.arch)) continue
  for (const system of foldersIn(systems)) {
    for (const processor of foldersIn(join(systems, system))) {
      if (system !== process.platform || processor !== process.arch) remove(join(systems, system, processor))
    }
  }
}

function foldersIn(folder) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

/** A file that cannot be removed costs space and nothing else, so the installation goes on. */
function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch ({ message }) {
    console.error(
      `无法删除用不到的文件,不影响使用。Unneeded files could not be removed, which does no harm: ${message}`,
    )
  }
}
