import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  asksWriters,
  chineseNumber,
  figuresIn,
  type Kind,
  kindOf,
  listSizeOf,
  ordinalsIn,
  placeName,
  placesIn,
  unitOf,
  yearsIn,
} from '../../src/search/asked.ts'
import fc from '../laws.ts'

const sorted = (values: ReadonlySet<number>) => [...values].sort((a, b) => a - b)

/** A number below ten thousand in Chinese numerals. */
function written(value: number): string {
  let text = ''
  let gap = false
  for (const [power, sign] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / power) % 10
    if (digit === 0) gap = text !== ''
    else {
      text += (gap ? '零' : '') + '零一二三四五六七八九'[digit]! + sign
      gap = false
    }
  }
  return text
}

function kindsAre(kind: Kind, questions: readonly string[]): void {
  for (const question of questions) assert.equal(kindOf(question), kind, question)
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
  assert.equal(kindOf('渔船哪天返航'), 'date', '哪天 holds 哪')
  assert.equal(kindOf('几月开渔'), 'date', '几 alone asks for a number')
  assert.equal(kindOf('船队的三条航线分别是什么'), 'list')
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

test('a place’s name goes without its rank', () => {
  for (const [place, name] of [
    ['松江区', '松江'],
    ['白沙街道', '白沙'],
    ['临海自治县', '临海'],
    ['港务处', null],
    ['区', null],
  ] as const)
    assert.equal(placeName(place), name, place)
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

test('years are found in digits of either width, in Chinese and in any span', () => {
  for (const [text, years] of [
    ['2016年', [2016]],
    ['２０１６年', [2016]],
    ['二〇一六年和二○一七年，二零一八年', [2016, 2017, 2018]],
    ['一九八四年', [1984]],
    ['2016—2018年', [2016, 2017, 2018]],
    ['2016年至2019年', [2016, 2017, 2018, 2019]],
    ['2016、2018年', [2016, 2018]],
    ['2018-2016', [2016, 2018]],
  ] as const) {
    assert.deepEqual(sorted(yearsIn(text)), years, text)
  }
})

test('a four-digit figure that counts something is no year', () => {
  for (const text of ['2016家', '2016人', '2016万元', '2016.5', '12016', '20161'])
    assert.equal(yearsIn(text).size, 0, text)
})

test('a span across centuries is bounded', () => {
  assert.ok(yearsIn('1900-2099').size <= 202)
})

test('a five-year plan is its five years', () => {
  // The thirteenth plan ran from 2016; each is five years after the one before.
  for (const [text, first] of [
    ['“十三五”时期', 2016],
    ['十四五规划', 2021],
    ['“十五”期间', 2001],
    ['“八五”', 1991],
    ['六五计划', 1981],
  ] as const) {
    assert.deepEqual(
      sorted(yearsIn(text)),
      [0, 1, 2, 3, 4].map((i) => first + i),
      text,
    )
  }
})

test('fifteen of something is no five-year plan', () => {
  for (const text of ['十五年', '十五名船员', '第十五届赛船会', '十五艘渔船', '二十五人', '九五折']) {
    assert.deepEqual(sorted(yearsIn(text)), [], text)
  }
})

test('figures agree however they are written', () => {
  for (const [one, other] of [
    ['98%', '百分之九十八'],
    ['2.4亿', '二点四亿'],
    ['1,200吨', '一千二百吨'],
    ['３万', '三万'],
    ['1005盏', '一千零五盏'],
  ] as const) {
    const found = figuresIn(one)
    assert.equal(found.size, 1, one)
    assert.deepEqual(figuresIn(other), found, other)
  }
})

test('years and lone numerals are no figures', () => {
  assert.deepEqual([...figuresIn('2016年产盐300吨')], ['300'])
  assert.deepEqual([...figuresIn('三')], [])
  assert.deepEqual([...figuresIn('二〇一六年')], [], 'a year in Chinese digits is a year too')
})

test('a plan’s name, and 点 without decimals, are no numbers', () => {
  assert.equal(chineseNumber('十三五'), null, '13, then a 5 that has no place')
  assert.equal(chineseNumber('三点'), null, 'three o’clock')
  assert.deepEqual([...figuresIn('有一点风')], [])
})

test('Chinese numerals below ten thousand are read as written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.constantFrom('', '万', '亿', '万亿'), (value, scale) => {
      assert.equal(chineseNumber(written(value) + scale), `${value}${scale}`)
    }),
  )
  for (const text of ['', '盐', '三盐', '点五', '二点十', '万']) assert.equal(chineseNumber(text), null, text)
})

test('an ordinal is what is counted and its number, however it is written', () => {
  for (const [text, found] of [
    ['第八批渔船', ['批8']],
    ['第8批渔船', ['批8']],
    ['第０８批渔船', ['批8']],
    ['十届五次全会', ['届10', '次5']],
    ['第十届渔民大会第5次全会', ['届10', '次5']],
    ['第三批和第四批', ['批3', '批4']],
    ['第三批和第3批', ['批3']],
    ['三届赛船会', ['届3']],
  ] as const) {
    assert.deepEqual([...ordinalsIn(text)], found, text)
  }
})

test('a number that only counts is no ordinal', () => {
  for (const text of ['八批渔船', '出海五次', '2016年3月', '三十二盏', '第', '第八', '第8。批', '第一、二'])
    assert.deepEqual([...ordinalsIn(text)], [], text)
})

test('law: an ordinal in digits and in Chinese numerals is the same, and another number or thing is another', () => {
  const number = fc.integer({ min: 1, max: 99 })
  const counted = fc.constantFrom('批', '届', '期', '章', '次', '艘')
  fc.assert(
    fc.property(number, number, counted, counted, (one, other, thing, another) => {
      const ordinal = [`${thing}${one}`]
      const spelt = written(one)
      for (const numeral of [String(one), spelt, spelt.replace(/^一十/u, '十')])
        assert.deepEqual([...ordinalsIn(`望潮港第${numeral}${thing}渔船`)], ordinal, numeral)
      const same = one === other && thing === another
      assert.equal(ordinalsIn(`第${written(other)}${another}`).has(ordinal[0]!), same)
    }),
  )
})

test('places are administrative names without their suffix', () => {
  assert.deepEqual([...placesIn('海南省有多少盐场')], ['海南'])
  assert.deepEqual([...placesIn('松江区政府和临海市')], ['松江', '临海'])
  assert.deepEqual([...placesIn('白沙镇的栈桥')], ['白沙'])
  assert.deepEqual([...placesIn('灯塔在哪一个省中')], [], 'an interrogative')
  assert.deepEqual([...placesIn('松江有多少盐场')], [], 'no rank')
  assert.deepEqual([...placesIn('松江有多少盐场', ['松江', '白沙'])], ['松江'], 'known from the reports')
  assert.deepEqual([...placesIn('城市的超市，国家的港口')], [], 'words that end like a rank')
})
