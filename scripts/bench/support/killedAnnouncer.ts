import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildIndex } from '../../../src/indexes/build.ts'
import { indexFolder } from '../../../src/indexes/folder.ts'
import { openIndex } from '../../../src/indexes/source.ts'
import { answererOver, type IndexAnswerer } from '../../../src/library/indexAnswerer.ts'
import { listReports } from '../../../src/reports/folder.ts'
import { loadReport } from '../../../src/reports/loadReport.ts'
import { originalsIn } from '../../../src/reports/originals.ts'
import { lookThrough } from '../../../src/standing/lookThrough.ts'
import { standingQuestions } from '../../../src/standing/questions.ts'
import { openOwnState } from '../../../src/state/open.ts'
import { startBotApi } from '../../../tests/fakes/bot-api.ts'
import { fakeEmbedder } from '../../../tests/fakes/embedder.ts'
import { token } from '../../../tests/fakes/settings.ts'

const launcher = fileURLToPath(new URL('../../launcher.cjs', import.meta.url))
const child = fileURLToPath(new URL('announcingChild.ts', import.meta.url))
const firstChat = 1000

/** The outcome of an update with kills. */
export interface KilledUpdate {
  readonly kills: number
  /** The kills after which some of the chats had their message, and others not. */
  readonly midway: number
  /** The messages that each chat got: each should be one. */
  readonly messages: readonly number[]
  /** The time from the beginning of the last process to its end, in milliseconds. */
  readonly milliseconds: number
  readonly violations: readonly string[]
}

/** Opens the index in a folder whose files have not changed, with a model in memory. */
export async function openFolder(home: string): Promise<IndexAnswerer> {
  const reports = join(home, 'reports')
  const embedder = fakeEmbedder()
  const { files } = await listReports(reports)
  const folder = indexFolder(join(home, 'index'), embedder.model.dimensions)
  await buildIndex({ folder, files, load: loadReport, embedder })
  const index = await openIndex(folder, embedder.model, files)
  return answererOver(index, { embedder, originals: originalsIn(reports), minConfidence: 0 })
}

/**
 * Has a report arrive that answers a standing question of each of some chats, and kills the process that announces it at random
 * moments, several times, before one may end.
 * @param moment the time between a process's beginning and its kill, in milliseconds, drawn anew for each
 */
export async function killedUpdate(chats: number, kills: number, moment: () => number): Promise<KilledUpdate> {
  const home = await mkdtemp(join(tmpdir(), 'wenju-announcing-'))
  const api = await startBotApi({ token })
  try {
    await prepare(home, chats)
    for (let i = 0; i < chats; i++) api.privateChat(api.user(firstChat + i))
    const counts = () => Array.from({ length: chats }, (_, i) => api.messages(api.chat(firstChat + i)).length)
    let killed = 0
    let midway = 0
    for (; killed < kills; killed++) {
      const announcing = announce(home, api.url)
      // It may end by itself before its kill.
      const ended = once(announcing, 'close')
      await once(announcing.stdout!, 'data')
      await sleep(moment())
      announcing.kill('SIGKILL')
      await ended
      const told = counts().filter((count) => count > 0).length
      if (told > 0 && told < chats) midway++
    }
    const last = announce(home, api.url)
    await once(last.stdout!, 'data')
    const begun = performance.now()
    const [code] = await once(last, 'close')
    if (code !== 0) throw new Error(`the last process ended with ${code}`)
    const milliseconds = performance.now() - begun
    return { kills: killed, midway, messages: counts(), milliseconds, violations: api.violations }
  } finally {
    await api.close()
    await rm(home, { recursive: true, force: true })
  }
}

function announce(home: string, apiRoot: string) {
  return spawn(process.execPath, [launcher, child, home, apiRoot], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function prepare(home: string, chats: number): Promise<void> {
  const reports = join(home, 'reports')
  for (const folder of [reports, join(home, 'index')]) await mkdir(folder)
  await writeFile(join(reports, 'old.txt'), '旧年的工作报告\n\n植树三千棵。\n')
  const state = await openOwnState(join(home, 'state'))
  await lookThrough({ state, current: await openFolder(home), minConfidence: 0 })
  await writeFile(join(reports, 'new.txt'), '今年的工作报告\n\n全年新修桥梁七座,全部通车。\n')
  const { searcher } = await openFolder(home)
  const text = '全年新修桥梁几座?'
  const { sketch } = await searcher.sketch({ text })
  const questions = standingQuestions(state)
  for (let i = 0; i < chats; i++) {
    const chat = firstChat + i
    const common = { isExact: false, answered: null, told: [], nearest: 0, topic: null, message: null }
    await questions.add({ ...common, chat, person: chat, locale: 'zh', text, sketch })
  }
  await state.close()
}
