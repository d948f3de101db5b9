import assert from 'node:assert/strict'
import { copyFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Message } from 'grammy/types'
import { botTexts } from '../../src/bot/views/texts.ts'
import { patienceMs } from '../fakes/bot-api/waiters.ts'
import { buildLibrary, type Library, startTown } from '../support/botProcess.ts'
import { until } from '../support/testLibrary.ts'

const say = botTexts.zh.standing
const wujin = fileURLToPath(new URL('../../reports/002_bab88bf13cc8535d.txt', import.meta.url))

let library: Library
before(async () => {
  library = await buildLibrary()
})

/** The work report of a made-up district for a year, with the homes that it says were handed over. */
function workReport(year: number, homes: number): string {
  return [
    `松涛区${year}年政府工作报告`,
    `${year}年1月12日在松涛区第三届人民代表大会第${year - 2018}次会议上`,
    `过去一年,松涛区安置房交付${homes}套,群众满意度继续提高。`,
    '教育事业稳步发展,新增学位三千个,学前教育普惠率提高到九成。',
  ].join('\n\n')
}

test('a question that the reports do not answer is told once of the report that does', {
  timeout: patienceMs,
}, async (context) => {
  const { api, lin, chat, home, start } = await startTown(context, library)
  const begin = async () => {
    const wenju = start({ environment: { DEFAULT_LANGUAGE: 'zh' } })
    await wenju.prints(/answers from/)
    return wenju
  }
  const newest = () => api.messages(chat).at(-1)!
  const comes = async (count: number) => {
    await until(() => api.messages(chat).length >= count)
    return newest()
  }
  const pressed = async (message: Message, label: string) => {
    const buttons = message.reply_markup?.inline_keyboard.flat() ?? []
    const button = buttons.find(({ text }) => text === label)
    assert.ok(button && 'callback_data' in button, `${label} is not among ${buttons.map(({ text }) => text)}`)
    api.press(message, lin, button.callback_data)
    await api.drained()
  }
  const wenju = await begin()
  const question = api.say(chat, lin, '武进明年力争净增多少家高新技术企业?')
  const refusal = await comes(1)
  await pressed(refusal, say.whenFound)
  const preview = await comes(2)
  assert.match(preview.text!, /一次也不会提醒/u)
  await pressed(preview, say.keep)
  assert.match(api.messages(chat)[1]!.text!, /我会一直留意/u)

  await copyFile(wujin, join(home, 'reports', '002.txt'))
  const told = await comes(3)
  assert.equal(told.reply_to_message?.message_id, question.message_id)
  assert.match(
    told.text!,
    /^🔔 新报告答上了你留意的问题\n\n❓ 武进明年力争净增多少家高新技术企业\?\n[\s\S]*高新技术企业[\s\S]*📄 /u,
  )

  await rename(join(home, 'reports', '002.txt'), join(home, 'reports', 'renamed.txt'))
  await wenju.prints(/(?:the index is up to date[\s\S]*){2}/u)
  wenju.signal('SIGKILL')
  await wenju.end

  // While the bot is away, two years' reports come. Under the answer of the first a newer one is waited for.
  await writeFile(join(home, 'reports', 'songtao-2023.txt'), workReport(2023, 1200))
  await (await begin()).prints(/the index is up to date: 4 reports/u)
  api.say(chat, lin, '松涛区安置房交付了多少套?')
  const answer = await comes(4)
  assert.match(answer.text!, /1200套/u)
  await pressed(answer, say.whenOtherwise)
  await pressed(await comes(5), say.keep)
  await writeFile(join(home, 'reports', 'songtao-2024.txt'), workReport(2024, 1730))
  const changed = await comes(6)
  assert.match(changed.text!, /^🔔 新报告里有了另一个说法[\s\S]*1730套[\s\S]*原来:[\s\S]*1200套/u)

  api.say(chat, lin, '/bell')
  const list = await comes(7)
  assert.match(list.text!, /在留意的问题\(2\)/u)
  await pressed(list, `1 ${say.end}`)
  assert.match(newest().text!, /在留意的问题\(1\)/u)
  assert.equal(api.messages(chat).length, 7, 'neither the renamed report nor the restart told anything')
})
