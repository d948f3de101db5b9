import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../indexes/buildProcess.ts'
import { put, workshop } from '../support/testIndex.ts'

/** The main program, which loads the words that it says later; it also tells where its source stands, and the line of a fault. */
const program = `interface Said {
  readonly words: string
}
const said: Said = await import('./words.ts')
console.log(said.words, process.argv[1] === import.meta.filename, process.argv[2], new Error('fault').stack)
`

/** A project of two files, with what runs TypeScript. */
async function project(t: TestContext) {
  const { root: folder } = await workshop(t)
  for (const name of ['bundle.js', 'run.js', 'translation.js', 'typescript.js'])
    await put(folder, { [`src/threads/${name}`]: await readFile(join(root, 'src/threads', name)) })
  await put(folder, { 'node_modules/.package-lock.json': '{}' })
  for (const name of ['esbuild', '@esbuild'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  await writeFile(join(folder, 'program.ts'), program)
  const say = (words: string) => writeFile(join(folder, 'words.ts'), `export const words: string = '${words}'\n`)
  await say('first')
  const parameters = [join(folder, 'src/threads/run.js'), join(folder, 'program.ts'), 'given']
  const run = async () => (await promisify(execFile)(process.execPath, parameters)).stdout
  return { folder, cache: join(folder, 'node_modules/.cache'), say, run }
}

test('a program is translated once, and anew after a change of any of its files; its faults name lines of the source', async (t) => {
  const { folder, cache, say, run } = await project(t)
  const translations = async () => {
    const [packages = ''] = await readdir(cache)
    const names = (await readdir(join(cache, packages))).filter((name) => !name.endsWith('.json'))
    return names.map((name) => join(cache, packages, name))
  }
  assert.match(await run(), /^first true given [^\n]+\n *at [^\n]*program\.ts:5:/u)
  const [translation = '', ...others] = await translations()
  assert.deepEqual(others, [])
  assert.match(await run(), /^first /u)
  assert.deepEqual(await translations(), [translation])

  // A power cut leaves files without their content.
  for (const name of await readdir(translation)) await writeFile(join(translation, name), '')
  assert.match(await run(), /^first /u)

  // Processes that began with a translation may load more of it, so it stays for a day.
  await say('other')
  assert.match(await run(), /^other /u)
  const replaced = await translations()
  assert.equal(replaced.length, 3)
  const longAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000)
  for (const folder of replaced) await utimes(folder, longAgo, longAgo)
  await say('last')
  assert.match(await run(), /^last /u)
  assert.equal((await translations()).filter((folder) => replaced.includes(folder)).length, 1)

  // A translation holds packages, which an installation changes.
  await put(folder, { 'node_modules/.package-lock.json': '{"packages":{}}' })
  assert.match(await run(), /^last /u)
  assert.equal((await readdir(cache)).length, 2)
})

test('a program runs as well where no translation can be kept', async (t) => {
  const { cache, say, run } = await project(t)
  await writeFile(cache, 'no folder')
  assert.match(await run(), /^first true given [^\n]+\n *at [^\n]*program\.ts:5:/u)
  await say('other')
  assert.match(await run(), /^other /u)
  await rm(cache)
})
