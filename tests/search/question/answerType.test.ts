import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AnswerType,
  answerTypeOf,
  asksWriters,
  listSizeOf,
  unitOf,
} from '../../../src/search/question/answerType.ts'

function kindsAre(kind: AnswerType, questions: readonly string[]): void {
  for (const question of questions) assert.equal(answerTypeOf(question), kind, question)
}

test('a question’s kind is read off its interrogative, in Chinese and in English', () => {
  kindsAre('number', ['码头改造了多少盏灯？', '灯塔有多高', '开放了几天', '渔民占比', 'How many boats are there?'])
  kindsAre('date', [
    '灯塔是什么时候建的？',
    '灯塔哪年建的',
    '船队何时返航',
    '航道多久清一次',
    '灯塔建于何年',
    '哪一个世纪有了灯塔',
    '禁渔从哪一年代开始',
    'WHEN was the pier built?',
  ])
  kindsAre('person', ['谁管灯塔？', '哪位渔民获奖', '哪一位渔民获奖', '指的是何人', 'Who keeps the lighthouse?'])
  kindsAre('place', ['盐场在哪里？', '船队从何处出发', '渔港在哪边', 'Where is the pier?'])
  kindsAre('reason', ['为什么封航？', '如何晒盐', 'Why was it closed?', 'How is salt made?'])
  kindsAre('list', ['盐场有哪些规定', '灯塔守则有哪三条', '灯塔守则的几个要求是什么', '哪两个港口停航'])
  kindsAre('other', ['灯塔的守则', '介绍一下晒盐', '任何时候都要守则', '在哪一代守灯人手上重修'])
})

test('the narrower interrogative wins over the one that it contains', () => {
  assert.equal(answerTypeOf('渔船哪天返航'), 'date', '哪天 holds 哪')
  assert.equal(answerTypeOf('几月开渔'), 'date', '几 alone asks for a number')
  assert.equal(answerTypeOf('船队的三条航线分别是什么'), 'list')
})

test('a clock time and a month are dates', () => {
  kindsAre('date', ['盐场几点开门？', '渔船哪个月返航？'])
})

test('a question for points of a paper is one for a list', () => {
  kindsAre('list', ['守则提出了几点要求'])
})

test('the unit asked for is the measure word after the interrogative', () => {
  for (const [question, unit] of [
    ['新建了多少套房？', '套'],
    ['修了多少公里栈桥', '公里'],
    ['来了多少万人次', '人次'],
    ['盐田有多少平方米', '平方米'],
    ['养护了几盏灯', null],
    ['盐产量多少', null],
  ] as const) {
    assert.equal(unitOf(question), unit, question)
  }
})

test('money is asked for by its words, a share by its own', () => {
  for (const question of ['修灯塔花了多少钱', '码头投资多少亿元', '盐场产值多少']) assert.equal(unitOf(question), '元')
  for (const question of ['渔民占比', '返航率是多少', '百分之几的船停航', '降了几个百分点']) {
    assert.match(unitOf(question) ?? '', /^(?:%|百分点)$/u, question)
  }
})

test('个 counts anything and names no unit, unless a unit follows it', () => {
  assert.equal(unitOf('有多少个码头'), null)
  assert.equal(unitOf('修了多少个小时'), '小时')
})

test('a unit that starts like a numeral is read whole', () => {
  assert.equal(unitOf('航道长多少千米'), '千米')
  assert.equal(unitOf('每袋盐多少千克'), '千克')
  assert.equal(unitOf('停航率下降多少百分点'), '百分点')
})

test('a quantity is asked for in the unit that it is told in', () => {
  for (const [unit, questions] of [
    ['岁', ['守灯人多大了', '守灯人多大年纪', '守灯人年龄是多少']],
    ['人', ['海岛有多少常住人口', '海岛人口有多少', '赛船人数达多少']],
    ['平方米', ['盐田面积是多少', '盐田面积有多大', '盐田有多大面积']],
    ['公里', ['栈桥全长是多少', '航道里程是多少']],
    ['天', ['封航封了多久', '清淤用了多长时间']],
    ['日', ['渔船哪天返航', '渔船是哪一天返航的', '几日开渔', '哪个日子开渔']],
    ['年', ['灯塔哪年建成', '灯塔建成于哪一年', '灯塔是哪个年份建的']],
  ] as const) {
    for (const question of questions) assert.equal(unitOf(question), unit, question)
  }
})

test('a quantity gives way to the unit that is named, and to a share', () => {
  assert.equal(unitOf('盐田面积是多少亩'), '亩')
  assert.equal(unitOf('栈桥有多长,多少米'), '米')
  assert.equal(unitOf('渔民人数占比是多少'), '%')
})

test('what is told in no one kind of unit names none', () => {
  for (const question of ['灯塔有多大', '灯塔有多高', '盐田的面积', '前几日产盐多少', '何时开渔'])
    assert.equal(unitOf(question), null, question)
})

test('a question for a list says how many things it has, in digits or in Chinese', () => {
  for (const [question, size] of [
    ['守则有哪五个方面', 5],
    ['守则有哪三条', 3],
    ['守则的两项要求是什么', 2],
    ['守则有哪１２条', 12],
    ['守则有哪十二条', 12],
    ['守则有哪二十条', 20],
    ['四化是什么', 4],
    ['守则有哪些', null],
    ['守则有几条', null],
    ['一个守则有哪些要求', null],
    ['三月有哪些规定', null],
  ] as const) {
    assert.equal(listSizeOf(question), size, question)
  }
})

test('questions for writers are told from those that only contain their words', () => {
  for (const question of ['这篇稿子的作者', '谁写的', '署名', '记者是谁', '哪位记者报道了赛船', 'Who wrote this?'])
    assert.ok(asksWriters(question), question)
  for (const question of ['签署的协议有几份', '部署的工作', '记者采访了多少渔民', '灯塔在哪里'])
    assert.ok(!asksWriters(question), question)
})
