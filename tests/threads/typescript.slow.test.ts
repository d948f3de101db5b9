import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { root } from '../indexes/buildProcess.ts'
import { put, workshop } from '../support/testIndex.ts'

test('a program is translated once, and anew after each change; its faults name the lines of its source', async (t) => {
  const { root: project } = await workshop(t)
  for (const name of ['typescript.js', 'translation.js'])
    await put(project, { [`src/threads/${name}`]: await readFile(join(root, 'src/threads', name)) })
  await mkdir(join(project, 'node_modules'))
  for (const name of ['esbuild', '@esbuild'])
    await symlink(join(root, 'node_modules', name), join(project, 'node_modules', name))
  const loader = pathToFileURL(join(project, 'src/threads/typescript.js')).href
  const program = join(project, 'program.ts')
  const run = async () => (await promisify(execFile)(process.execPath, ['--import', loader, program])).stdout
  const saying = (words: string) =>
    `interface Said {\n  readonly words: string\n}\nconst said: Said = { words: '${words}' }\nconsole.log(said.words, new Error('fault').stack)\n`

  await writeFile(program, saying('first'))
  assert.match(await run(), /^first [^\n]+\n *at [^\n]*program\.ts:5:/u)
  const [folder = ''] = await readdir(join(project, 'node_modules/.cache'))
  const kept = join(project, 'node_modules/.cache', folder)
  const [translation = '', ...others] = await readdir(kept)
  assert.deepEqual(others, [])

  // The translation is told by its own words.
  await writeFile(join(kept, translation), (await readFile(join(kept, translation), 'utf8')).replace('first', 'kept'))
  assert.match(await run(), /^kept /u)
  await writeFile(program, saying('other'))
  assert.match(await run(), /^other /u)

  // A power cut leaves files without their content.
  for (const name of await readdir(kept)) await writeFile(join(kept, name), '')
  assert.match(await run(), /^other /u)
  const contents = await Promise.all((await readdir(kept)).map((name) => readFile(join(kept, name), 'utf8')))
  assert.ok(contents.some((content) => content.includes('other')))
})
