import { readFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'

/** What a measurement was taken on. */
export function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`
}

/** How busy the machine is with other things, to be asked before a measurement begins: times are no better than this lets them be. */
export function busyness(): string {
  return `load average before the run ${loadavg()[0]!.toFixed(1)}`
}

/** A package's name with the version that is installed. */
export async function versionOf(name: string): Promise<string> {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
  return `${name} ${version}`
}
