import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compileRefusals, withoutRefusals } from '../fixtures/refusals.ts'
import { autumn, entries, spring, tidyEntries, workshop } from '../support/testIndex.ts'
import { typescript } from '../support/typescript.ts'
import { ending, root } from './buildProcess.ts'
import type { Trials } from './fileSystemChild.ts'

const places = await workshop({ after }, { 'a.txt': spring, 'b.txt': autumn })
const child = fileURLToPath(new URL('fileSystemChild.ts', import.meta.url))

describe('a file system that refuses what others do', { skip: withoutRefusals }, () => {
  let trials: Trials

  before(async () => {
    const env = { ...process.env, ...compileRefusals(places.root) }
    const command = [...typescript, child, JSON.stringify(places)]
    const { code, stdout, stderr } = await ending(spawn(process.execPath, command, { cwd: root, env }))
    assert.equal(code, 0, stderr)
    trials = JSON.parse(stdout)
  })

  it('need not be able to sync a folder, and syncs a file through a handle that may write', () => {
    assert.deepEqual([trials.folderNotSynced, trials.fileNotSynced], [null, null])
  })

  it('is believed when it says that the disk is failing', () => {
    assert.equal(trials.diskFailing, 'EIO')
  })

  it('may refuse to replace a file for a while, but not for ever', () => {
    assert.deepEqual([trials.renamedLate, trials.neverRenamed], [null, 'EBUSY'])
  })

  it('holds an index and a state without syncing folders and without hard links', async () => {
    assert.deepEqual([trials.passages, trials.state], [7, 'zh'])
  })

  it('lets never two hold the lock of an index, without hard links', () => {
    assert.equal(trials.holders.most, 1)
    assert.ok(trials.holders.held >= 20, `${trials.holders.held} of 160 held it`)
  })

  it('is named where several bots are to share a state and it has no hard links', () => {
    assert.match(trials.sharedState!, /^The state folder .*shared lies on a file system without hard links/u)
  })

  it('does not keep an index from being used when it keeps what an earlier build left', async () => {
    const left = join(places.index, 'g-0123456789abcdef')
    const [zh, en, ...others] = trials.leftovers
    assert.equal(zh, `以前留下的 ${left} 无法删除(EACCES)。它只占空间,不影响使用;请检查权限后手动删除。`)
    assert.match(en!, /, left over from earlier, cannot be removed \(EACCES\)/u)
    assert.deepEqual(others, [])
    const tidy = await tidyEntries(places)
    assert.deepEqual(await entries(places), [...tidy, 'g-0123456789abcdef'].sort())
  })
})
