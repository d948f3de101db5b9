import { cpus } from 'node:os'

/** What a measurement was taken on. */
export function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`
}
