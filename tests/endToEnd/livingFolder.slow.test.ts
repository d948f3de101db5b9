import assert from 'node:assert/strict'
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from 'grammy/types'
import sharp from 'sharp'
import { pictureOf, twoColumns } from '../fixtures/documents.ts'
import { buildLibrary, type Library, startTown } from '../support/botProcess.ts'
import { buttonOf, texts } from '../support/testBot.ts'

let library: Library
before(async () => {
  library = await buildLibrary()
})

// It is asked again and again until a change shows.
const admin = { ADMIN_USERS: '7', DEFAULT_LANGUAGE: 'zh', MAX_QUESTIONS_PER_MINUTE: '0' }

/** Waits until something is so, as a person would who looks again and again. */
async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let i = 0; i < 2400; i++) {
    const found = look()
    if (found) return found
    await sleep(50)
  }
  throw new assert.AssertionError({ message: 'it did not become so' })
}

test('a running bot takes in what is put into the folder and what an admin sends, and gives it back', async (context) => {
  const { api, lin, chat, home, start } = await startTown(context, library)
  const wenju = start({ environment: admin })
  await wenju.prints(/answers from 2 reports/u)
  const last = () => [...chat.messages.values()].at(-1)
  const ask = async (question: string) => {
    const before = chat.messages.size
    api.say(chat, lin, question)
    await until(() => chat.messages.size > before + 1)
    return last()!
  }

  /** The message with such words. */
  const told = (words: RegExp) =>
    until(() => [...chat.messages.values()].findLast(({ text }) => words.test(text ?? '')))

  // Put into the folder.
  const question = '云栖岭观测站新装了多少台风速仪?'
  assert.doesNotMatch((await ask(question)).text ?? '', /三十七台/u)
  const path = join(home, 'reports', '子', '观测站.txt')
  await mkdir(join(home, 'reports', '子'))
  await writeFile(path, '云栖岭观测站工作报告\n\n云栖岭观测站今年新装风速仪三十七台。\n')
  const begin = performance.now()
  let answer: Message
  do answer = await ask(question)
  while (!/三十七台/u.test(answer.text ?? '') && performance.now() - begin < 60_000)
  context.diagnostic(`a new file was quoted after ${((performance.now() - begin) / 1000).toFixed(1)} s`)
  assert.match(answer.text ?? '', /三十七台/u)
  await rm(path)
  assert.doesNotMatch((await ask(question)).text ?? '', /三十七台/u)

  // Sent to the bot: a PDF of several pages.
  const sample = await twoColumns()
  api.sendDocument(chat, lin, { name: '../两栏.pdf', bytes: sample.bytes })
  const added = await told(/^✅.*两栏\.pdf/su)
  const found = await ask('工业开票销售收入占年度目标任务的百分之几?')
  assert.match(found.text ?? '', /43\.7%/u)
  assert.match(found.text ?? '', /第 1 页/u)

  // A picture of the head of a page; OCR takes long for a whole one.
  const photo = await sharp(await pictureOf(sample.bytes, 2, 150))
    .extract({ left: 0, top: 0, width: 1240, height: 400 })
    .png()
    .toBuffer()
  api.sendPhoto(chat, lin, photo, { caption: '会议照片' })
  await told(/^✅.*会议照片\.jpg/su)

  // Taken back.
  const { callback_data } = buttonOf(added, '↩️ 撤销')
  api.press(added, lin, callback_data)
  await until(() => /已移除|撤销/u.test(chat.messages.get(added.message_id)?.text ?? ''))

  // A broken file that is not on its way any more is told to the admin, once.
  const broken = join(home, 'reports', '坏.pdf')
  await writeFile(broken, '%PDF-1.7 and nothing more')
  await utimes(broken, 1_600_000_000, 1_600_000_000)
  await until(() => texts([...chat.messages.values()]).some((text) => text?.includes('坏.pdf')))
  assert.equal(texts([...chat.messages.values()]).filter((text) => text?.includes('坏.pdf')).length, 1)
  assert.match((await ask('/status')).text ?? '', /坏\.pdf/u)
  await rm(broken)
  await told(/^✅ 已恢复正常.*坏\.pdf/su)

  // Its disk is unplugged and plugged in again.
  const answered = '安置房交付了多少套?'
  assert.match((await ask(answered)).text ?? '', /4124套/u)
  await rename(join(home, 'reports'), join(home, 'disk'))
  await mkdir(join(home, 'reports'))
  await until(() => /报告几乎都不在|找不到报告文件夹/u.test(last()?.text ?? ''))
  assert.doesNotMatch((await ask(answered)).text ?? '', /4124套/u)
  assert.match((await ask('/status')).text ?? '', /⚠️/u)
  await rm(join(home, 'reports'), { recursive: true })
  await rename(join(home, 'disk'), join(home, 'reports'))
  await told(/^✅ 已恢复正常.*\n• 报告文件夹$/u)
  assert.match((await ask(answered)).text ?? '', /4124套/u)

  wenju.signal('SIGTERM')
  assert.deepEqual(await wenju.end, { code: 0, signal: null })

  // A start without the disk tells so, and keeps the index.
  await rename(join(home, 'reports'), join(home, 'disk'))
  await mkdir(join(home, 'reports'))
  const without = start({ environment: admin })
  await without.prints(/索引里的 3 份报告几乎都不在报告文件夹.*--accept-removals/u)
  await without.prints(/answers from 3 reports/u)
  await until(() => /报告几乎都不在/u.test(last()?.text ?? ''))
  without.signal('SIGTERM')
  assert.deepEqual(await without.end, { code: 0, signal: null })
})
