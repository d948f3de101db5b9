import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Message } from 'grammy/types'
import { decodeAddress, encodeAddress, maxAddressCharacters } from '../../src/bot/views/address.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import type { Report } from '../../src/reports/types.ts'
import {
  buttonOf,
  labels,
  pressable,
  reportOf,
  type StageOptions,
  startPrivate,
  startStage,
  texts,
} from '../support/testBot.ts'

const { zh } = botTexts
const { buttons } = zh

/** Reports of three years and two districts: 青石县 every year, 北山区 in 2021 only. */
const some = [
  reportOf('青石县2019年工作总结', { district: '青石县' }),
  reportOf('青石县2020年工作总结', { district: '青石县', publisher: '青石县统计局', date: '2021-01' }),
  reportOf('青石县2021年工作总结', { district: '青石县', period: '2021年' }),
  reportOf('修桥记', { district: '北山区', date: '2021-03-05' }),
]
const listOf = (numbers: readonly string[]) => numbers.map((line, i) => `${i + 1}. ${line}`)
const lines = {
  y2019: '青石县2019年工作总结 (青石县)',
  y2020: '青石县2020年工作总结 (青石县统计局 · 2021-01)',
  y2021: '青石县2021年工作总结 (青石县)',
  bridges: '修桥记 (北山区 · 2021-03-05)',
}

async function startList(context: TestContext, reports: readonly Report[] = some, options: StageOptions = {}) {
  const stage = await startPrivate(context, { reports, ...options })
  const pressOn = (message: Message | undefined, label: string) =>
    stage.press(message!, stage.lin, buttonOf(message, label).callback_data)
  /** The message as it stands now. */
  const now = (message: Message | undefined) => stage.chat.messages.get(message!.message_id) as Message
  return { ...stage, pressOn, now }
}

test('/reports lists all reports, with buttons that narrow the list', async (context) => {
  const { ask, asked } = await startList(context)
  const [list] = await ask('/reports')
  assert.equal(
    list?.text,
    [zh.reportsTitle(4), ...listOf([lines.y2019, lines.y2020, lines.y2021, lines.bridges])].join('\n'),
  )
  assert.deepEqual(labels(list), [
    ['2021 (3)', '2020 (1)', '2019 (1)'],
    ['青石县 (3)', '北山区 (1)'],
  ])
  assert.deepEqual(asked, [])
})

test('words or tags behind /reports narrow it as they narrow a question', async (context) => {
  const { ask } = await startList(context)
  for (const [command, tags, found] of [
    ['/reports 2021 北山', '#2021 #北山', [lines.bridges]],
    ['/reports #2020', '#2020', [lines.y2020]],
    ['/reports ＃２０１９,#青石县', '#２０１９ #青石县', [lines.y2019]],
    ['/reports 2019 2020', '#2019 #2020', [lines.y2019, lines.y2020]],
    ['/reports 统计局', '#统计局', [lines.y2020]],
  ] as const) {
    const [list] = await ask(command)
    assert.equal(list?.text, [zh.reportsNarrowed(found.length, tags), ...listOf(found)].join('\n'), command)
    assert.deepEqual(labels(list).at(-1), [buttons.allReports])
  }
})

test('a tag that no report has is named, with tags that exist', async (context) => {
  const { ask, api, person, say } = await startList(context)
  const [list] = await ask('/reports 2035')
  assert.match(list?.text ?? '', /^没有报告符合标签 #2035。可用的标签有:#2021 #2020 #2019 #青石县 #北山区。/u)
  assert.deepEqual(labels(list), [])
  const ann = person(9, 'en')
  assert.match((await say(api.privateChat(ann), ann, '/reports 2035'))[0]?.text ?? '', /^No report has the tag #2035\./)
})

test('a press narrows the list in its own message, again and back to all', async (context) => {
  const { ask, pressOn, now } = await startList(context)
  const [list] = await ask('/reports')
  const pressed = await pressOn(list, '2021 (3)')
  assert.deepEqual(pressed, { notice: {}, messages: [] })
  assert.equal(
    now(list).text,
    [zh.reportsNarrowed(3, '#2021'), ...listOf([lines.y2020, lines.y2021, lines.bridges])].join('\n'),
  )
  assert.deepEqual(labels(now(list)), [['青石县 (2)', '北山区 (1)'], [buttons.allReports]])
  await pressOn(now(list), '北山区 (1)')
  assert.equal(now(list).text, [zh.reportsNarrowed(1, '#2021 #北山区'), ...listOf([lines.bridges])].join('\n'))
  assert.deepEqual(labels(now(list)), [[buttons.allReports]])
  await pressOn(now(list), buttons.allReports)
  assert.deepEqual([now(list).text, labels(now(list))], [list?.text, labels(list)])
})

const many = Array.from({ length: 60 }, (_, i) => reportOf(`${i % 2 === 0 ? '青石县' : '北山区'}第${i + 1}号`))

test('a long list has pages, which turn in place and still after a restart', async (context) => {
  const { ask, pressOn, now, restart } = await startList(context, many)
  const [list] = await ask('/reports')
  const numbers = () => [...(now(list).text ?? '').matchAll(/^(\d+)\./gmu)].map(([, number]) => Number(number))
  const page = (n: number) => now(list).text?.endsWith(`\n\n${zh.page(n, 3)}`)
  assert.deepEqual([numbers()[0], numbers().at(-1), page(1), labels(now(list))], [1, 25, true, [[buttons.nextPage]]])
  await pressOn(now(list), buttons.nextPage)
  assert.deepEqual([numbers()[0], page(2), labels(now(list))], [26, true, [[buttons.previousPage, buttons.nextPage]]])
  await restart()
  await pressOn(now(list), buttons.nextPage)
  assert.deepEqual([numbers().at(-1), page(3), labels(now(list))], [60, true, [[buttons.previousPage]]])
  await pressOn(now(list), buttons.previousPage)
  assert.deepEqual(numbers()[0], 26)
})

test('pages whose addresses have the length of a file’s turn as others do, for readers and for admins', async (context) => {
  const reports = Array.from({ length: 275 }, (_, i) => reportOf(`2020年度第1季度第${i + 1}号`, { district: '武进区' }))
  for (const admins of [[], [7]]) {
    const { ask, press, pressOn, lin, now } = await startList(context, reports, { access: { admins } })
    const [list] = await ask('/reports 2020年度')
    assert.equal(buttonOf(list, buttons.nextPage).callback_data, 't_MSAyMDIw5bm05bqm')
    assert.deepEqual(await pressOn(list, buttons.nextPage), { notice: {}, messages: [] })
    assert.match(now(list).text ?? '', /^#2020年度 的报告有 275 份:\n26\. [\s\S]*第 2 \/ 11 页$/u)
    for (const [data, shown] of [
      ['t_MTAg5q2m6L-b5Yy6', /^#武进区 的报告有 275 份:\n251\. [\s\S]*第 11 \/ 11 页$/u],
      ['t_MCDnrKwx5a2j5bqm', /^#第1季度 的报告有 275 份:\n1\. [\s\S]*第 1 \/ 11 页$/u],
    ] as const) {
      assert.deepEqual(await press(list!, lin, data, { stale: true }), { notice: {}, messages: [] }, data)
      assert.match(now(list).text ?? '', shown)
    }
  }
})

test('at most four years and four districts are offered, the most frequent, and only what fits a button', async (context) => {
  const district = (i: number) => `${'甲乙丙丁戊己'[i]}山区`
  const long = '长'.repeat(40)
  const reports = [
    ...Array.from({ length: 12 }, (_, i) => reportOf(`${2010 + i}年总结`, { district: district(Math.floor(i / 2)) })),
    reportOf('2010年补记', { district: long }),
    ...[1, 2, 3].map((n) => reportOf(`补记${n}`, { district: long })),
  ]
  const { ask } = await startList(context, reports)
  const [list] = await ask('/reports')
  assert.deepEqual(labels(list)[0], ['2010 (2)', '2021 (1)', '2020 (1)', '2019 (1)'])
  assert.deepEqual(labels(list)[1], ['甲山区 (2)', '乙山区 (2)', '丙山区 (2)', '丁山区 (2)'])
  for (const data of pressable(list)) {
    assert.ok(Buffer.byteLength(data) <= maxAddressCharacters, data)
    assert.equal(decodeAddress(data)?.kind, 'reports')
  }
})

test('a list narrowed by a tag too long for a button has none but that to all', async (context) => {
  const title = '长'.repeat(30)
  const { ask } = await startList(
    context,
    Array.from({ length: 40 }, (_, i) => reportOf(`${title}${i}`)),
  )
  const [list] = await ask(`/reports ${title}`)
  assert.match(list?.text ?? '', /第 1 \/ 2 页$/u)
  assert.deepEqual(labels(list), [[buttons.allReports]])
})

test('a button whose tags no report has any more says so, and the list stays', async (context) => {
  const { ask, press, lin, now } = await startList(context)
  const [list] = await ask('/reports')
  const data = encodeAddress({ kind: 'reports', page: 0, tags: ['2035'] })
  const { notice, messages } = await press(list!, lin, data, { stale: true })
  assert.deepEqual([notice?.show_alert, messages, now(list).text], [true, [], list?.text])
  assert.match(notice?.text ?? '', /^没有报告符合标签 #2035。/u)
})

test('in a group the buttons open the list in the private chat', async (context) => {
  const { api, person, say, press } = await startStage(context, { reports: many })
  const lin = person(7, 'zh-hans')
  const group = api.group(-1001234567890, { title: '读报组' })
  const [list] = await say(group, lin, '/reports 青石县')
  assert.match(list?.text ?? '', /^#青石县 的报告有 30 份:\n1\. 青石县第1号\n/u)
  assert.deepEqual(pressable(list), [])
  const link = new URL(buttonOf(list, buttons.nextPage).url)
  const [page] = await say(api.privateChat(lin), lin, `/start ${link.searchParams.get('start')}`)
  assert.match(page?.text ?? '', /\n26\. 青石县第51号\n[\s\S]*第 2 \/ 2 页$/u)
  assert.deepEqual(labels(page), [[buttons.previousPage], [buttons.allReports]])
  const stale = await press(list!, lin, encodeAddress({ kind: 'reports', page: 1, tags: ['青石县'] }), { stale: true })
  assert.deepEqual(stale, { notice: { url: link.href }, messages: [] })
})

test('members of an allowed group may open its list in private, others may not', async (context) => {
  const { api, person, say } = await startStage(context, { reports: some, access: { allowedChats: [-1005] } })
  const [lin, wang] = [person(7, 'en'), person(8, 'zh-hans')]
  await say(api.group(-1005), lin, '/reports')
  const command = `/start ${encodeAddress({ kind: 'reports', page: 0, tags: ['北山区'] })}`
  assert.match((await say(api.privateChat(lin), lin, command))[0]?.text ?? '', /^One report with #北山区:\n1\. 修桥记/u)
  assert.deepEqual(texts(await say(api.privateChat(wang), wang, command)), [zh.notAllowed])
})
