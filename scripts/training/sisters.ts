import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Years where they are told as years: `2025年`, `2016—2020`. */
const year = /(?<!\d)((?:19|20)\d\d)(?=年|度|[-–—~～至])/gu

/**
 * A folder of reports with *sisters*: beside each report that has a year in its name the same report of the year before or
 * after. Offices write such reports every year, in the same words; the folder has hardly any, so that nothing else would
 * teach that the year decides.
 * @param only the files that get sisters
 * @returns the folder, below `work`
 */
export async function writeSisters(reports: string, work: string, only: ReadonlySet<string>): Promise<string> {
  const folder = join(work, 'sisters', 'reports')
  await mkdir(folder, { recursive: true })
  const files = (await readdir(reports)).sort()
  const names = new Set(files)
  for (const [i, file] of files.entries()) {
    const text = await readFile(join(reports, file), 'utf8')
    await writeFile(join(folder, file), text)
    const step = i % 2 === 0 ? 1 : -1
    const shifted = (of: string) => of.replace(year, (found) => String(Number(found) + step))
    const sister = shifted(file)
    if (only.has(file) && !names.has(sister)) await writeFile(join(folder, sister), shifted(text))
  }
  return folder
}
