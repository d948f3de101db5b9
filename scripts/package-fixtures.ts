import { execFileSync } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KnownSlides, KnownText } from '../tests/fixtures/knownPackages.ts'
import { slidesSource, textSource } from './packages/openSource.ts'

/**
 * Makes the presentations, texts and books of `tests/fixtures/corpus/packages` anew from their `.json` with LibreOffice, which must be
 * installed as `soffice`: `node scripts/launcher.cjs scripts/package-fixtures.ts [NAME …]`.
 */
const corpus = fileURLToPath(new URL('../tests/fixtures/corpus/packages', import.meta.url))
const wanted = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'wenju-fixtures-'))
const sources = new Map<string, string[]>()
try {
  for (const file of await readdir(corpus)) {
    const [name, kind] = /^((?:(slides)|text|book)-[a-z]+)\.json$/u.exec(file)?.slice(1) ?? []
    if (name === undefined || (wanted.length > 0 && !wanted.includes(name))) continue
    const known = JSON.parse(await readFile(join(corpus, file), 'utf8')) as KnownSlides & KnownText
    const source = join(folder, `${name}.${kind ? 'fodp' : 'fodt'}`)
    await writeFile(source, kind ? slidesSource(known) : textSource(known))
    for (const extension of known.extensions) sources.set(extension, [...(sources.get(extension) ?? []), source])
  }
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`
  for (const [extension, files] of sources) {
    const out = join(folder, extension)
    const options = [profile, '--headless', '--convert-to', extension, '--outdir', out]
    execFileSync('soffice', [...options, ...files], { stdio: 'inherit' })
    for (const file of await readdir(out)) await copyFile(join(out, file), join(corpus, file))
  }
} finally {
  await rm(folder, { recursive: true })
}
