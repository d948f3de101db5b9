import { readFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'

/** The processors and the version of Node, as every benchmark prints them. */
export function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`
}

/** The load of the machine, to be read before a measurement begins: times are no better than other programs let them be. */
export function busyness(): string {
  return `load average before the run ${loadavg()[0]!.toFixed(1)}`
}

/** A package's name and the version that is installed. */
export async function versionOf(name: string): Promise<string> {
  const path = new URL(`../../../node_modules/${name}/package.json`, import.meta.url)
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
  return `${name} ${version}`
}
